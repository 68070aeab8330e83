import { Button, Code, CopyButton, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/api/me';
import { importCodes, makeCodes } from '@/api/promotions';
import type { Schemas } from '@/api/types';
import { CustomerField } from '@/builder/fields/CustomerField';
import { WholeInput } from '@/promotions/Fields';
import type { PromotionView } from '@/promotions/model';
import { Problem } from '@/ui/Problem';

const SHOWN = 20;

/** Makes unguessable codes, or takes over those that exist already. */
export function MakeCodes({ shown }: { shown: PromotionView }) {
  const may = useMay('marketer');
  if (!may) return null;
  const codes = shown.promotion.codes;
  return (
    <Paper withBorder p="md">
      <Stack>
        {codes?.kind === 'unique' && <New shown={shown} />}
        {!codes?.personal && <Import shown={shown} />}
      </Stack>
    </Paper>
  );
}

function useMade(id: string) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['promotion', id] });
}

function New({ shown }: { shown: PromotionView }) {
  const { t } = useTranslation('promotions');
  const [count, setCount] = useState<number | null>(100);
  const [prefix, setPrefix] = useState('');
  const [customer, setCustomer] = useState<string | null>(null);
  const making = useMutation({
    mutationFn: (body: Schemas['CodesCreate']) => makeCodes(shown.id, body),
    onSuccess: useMade(shown.id),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (count) making.mutate({ count, prefix, customer });
  }
  const wrong = prefix !== '' && !/^[A-Z0-9]{2,20}$/.test(prefix);
  return (
    <form onSubmit={submit}>
      <Group align="flex-start" gap="sm">
        <WholeInput label={t('codes.howMany')} max={100_000} value={count} onChange={setCount} />
        <TextInput
          label={t('codes.prefix')}
          w={150}
          value={prefix}
          error={wrong && t('codes.prefixWrong')}
          onChange={(event) => setPrefix(event.currentTarget.value.toUpperCase())}
        />
        {shown.promotion.codes?.personal && (
          <CustomerField label={t('codes.owner')} value={customer} onChange={setCustomer} />
        )}
        <Button type="submit" mt={25} loading={making.isPending} disabled={!count || wrong}>
          {t('codes.make')}
        </Button>
      </Group>
      {making.error && <Problem error={making.error} />}
      {making.data && <Made made={making.data} />}
    </form>
  );
}

function Made({ made }: { made: Schemas['CodesMade'] }) {
  const { t } = useTranslation('promotions');
  return (
    <Stack gap="xs" mt="sm">
      <Group justify="space-between">
        <Text size="sm">{t('codes.madeCount', { count: made.made })}</Text>
        <CopyButton value={made.codes.join('\n')}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {t(copied ? 'codes.copied' : 'codes.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block tabIndex={0} data-testid="made-codes">
        {made.codes.slice(0, SHOWN).join('\n')}
        {made.codes.length > SHOWN && '\n…'}
      </Code>
    </Stack>
  );
}

function Import({ shown }: { shown: PromotionView }) {
  const { t } = useTranslation('promotions');
  const [text, setText] = useState('');
  const codes = text
    .split(/[\n,;]+/)
    .map((code) => code.trim())
    .filter(Boolean);
  const importing = useMutation({
    mutationFn: () => importCodes(shown.id, codes),
    onSuccess: useMade(shown.id),
  });
  return (
    <Stack gap="xs">
      <Textarea
        label={t(shown.promotion.codes?.kind === 'generic' ? 'codes.one' : 'codes.import')}
        description={t('codes.importHelp')}
        autosize
        maxRows={8}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {importing.error && <Problem error={importing.error} />}
      {importing.data && (
        <Text size="sm">{t('codes.imported', { count: importing.data.made, given: codes.length })}</Text>
      )}
      <Button
        variant="light"
        w="fit-content"
        disabled={codes.length === 0}
        loading={importing.isPending}
        onClick={() => importing.mutate()}
      >
        {t('codes.take')}
      </Button>
    </Stack>
  );
}

import { Alert, Button, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/api/me';
import { saveShop, shop } from '@/api/shop';
import type { Schemas } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';

/** What holds for the whole shop: its currency. */
export function Component() {
  const { t } = useTranslation('contacting');
  const read = useQuery(shop.settings());
  return (
    <Page title={t('shop.title')}>
      <Text c="dimmed" mb="md" maw={720}>
        {t('shop.help')}
      </Text>
      {read.isPending && <Loading />}
      {read.error && !read.data && <Problem error={read.error} retry={() => read.refetch()} />}
      {read.data && <Currency key={read.data.revision} saved={read.data} />}
    </Page>
  );
}

function Currency({ saved }: { saved: Schemas['ShopView'] }) {
  const { t, i18n } = useTranslation('contacting');
  const may = useMay('operator');
  const client = useQueryClient();
  const [currency, setCurrency] = useState(saved.currency);
  const choices = useMemo(() => named(i18n.language), [i18n.language]);
  const saving = useMutation({
    mutationFn: (code: string) => saveShop(code, saved.revision),
    onSuccess: (now) => {
      client.setQueryData(shop.settings().queryKey, now);
      void client.invalidateQueries({ queryKey: ['home'] });
      notifications.show({ message: t('shop.saved', { currency: now.currency }) });
    },
  });
  const others = saved.currencies.filter((each) => each !== saved.currency);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (currency) saving.mutate(currency);
  }

  return (
    <Paper withBorder p="md" maw={560} component="form" onSubmit={submit}>
      <Stack>
        <Select
          label={t('shop.currency')}
          description={t(`shop.from.${saved.currency_from ?? 'nobody'}`)}
          data={choices}
          value={currency}
          onChange={setCurrency}
          searchable
          allowDeselect={false}
          disabled={!may}
          nothingFoundMessage={t('shop.none')}
        />
        {others.length > 0 && (
          <Text size="sm" c="dimmed">
            {t('shop.others', { currencies: others.join(', ') })}
          </Text>
        )}
        {saving.error && <Problem error={saving.error} />}
        {may ? (
          <Group justify="flex-end">
            <Button
              type="submit"
              loading={saving.isPending}
              disabled={!currency || (currency === saved.currency && saved.currency_from === 'set')}
            >
              {t('shop.save')}
            </Button>
          </Group>
        ) : (
          <Alert color="gray">{t('shop.onlyOperators')}</Alert>
        )}
      </Stack>
    </Paper>
  );
}

/** Every currency with its name in that language. */
function named(language: string) {
  const names = new Intl.DisplayNames([language], { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => ({
    value: code,
    label: `${code} · ${names.of(code) ?? code}`,
  }));
}

import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { beginExample, campaigns, createCampaign } from '@/api/campaigns';
import type { Flow } from '@/api/types';
import { emptyFlow } from '@/builder/graph/model';
import { Problem } from '@/ui/Problem';
import { isSlug, slugOf } from './slug';

const BLANK = '';

/** An empty drawing, on the clock of whoever begins it. */
const newFlow = (): Flow => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { ...emptyFlow(), settings: { timezone: timeZone } } as Flow;
};

export function NewCampaign({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation('campaigns');
  return (
    <Modal opened={opened} onClose={close} title={t('create.title')} size="lg">
      <Form />
    </Modal>
  );
}

function Form() {
  const { t } = useTranslation('campaigns');
  const navigate = useNavigate();
  const client = useQueryClient();
  const examples = useQuery(campaigns.examples());
  const [from, setFrom] = useState(BLANK);
  const [name, setName] = useState('');
  const [givenSlug, setSlug] = useState<string | null>(null);
  const slug = givenSlug ?? slugOf(name);
  const making = useMutation({
    mutationFn: () =>
      from === BLANK
        ? createCampaign({ slug, name: name.trim(), description: '', flow: newFlow() })
        : beginExample({ example: from, slug, name: name.trim() }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['campaigns'] });
      navigate(`/campaigns/${made.slug}/edit`);
    },
  });

  function choose(next: string) {
    setFrom(next);
    const title = examples.data?.find((example) => example.name === next)?.title;
    const untouched = name === '' || examples.data?.some((example) => example.title === name);
    if (untouched) setName(title ?? '');
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    making.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('create.name')}
          required
          maxLength={120}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('create.slug')}
          description={t('create.slugHelp')}
          value={slug}
          onChange={(event) => setSlug(event.currentTarget.value)}
          error={slug !== '' && !isSlug(slug) ? t('create.slugWrong') : undefined}
        />
        <Radio.Group label={t('create.from')} value={from} onChange={choose}>
          <Stack gap="xs" mt="xs">
            <Choice value={BLANK} title={t('create.blank')} help={t('create.blankHelp')} />
            {examples.data?.map((example) => (
              <Choice
                key={example.name}
                value={example.name}
                title={example.title}
                note={t('create.steps', { count: example.kinds.length })}
                help={example.description}
              />
            ))}
          </Stack>
        </Radio.Group>
        <div className="dialog-decide">
          {making.error && <Problem error={making.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={making.isPending} disabled={name.trim() === '' || !isSlug(slug)}>
              {t('create.submit')}
            </Button>
          </Group>
        </div>
      </Stack>
    </form>
  );
}

type ChoiceProps = { value: string; title: string; help: string; note?: string };

function Choice({ value, title, help, note }: ChoiceProps) {
  return (
    <Radio.Card value={value} p="sm">
      <Group wrap="nowrap" align="flex-start">
        <Radio.Indicator mt={3} />
        <div>
          <Group gap="xs">
            <Text fw={600}>{title}</Text>
            {note && (
              <Text size="sm" c="dimmed">
                {note}
              </Text>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {help}
          </Text>
        </div>
      </Group>
    </Radio.Card>
  );
}

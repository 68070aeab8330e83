import { Alert, Button, Group, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { contact, saveTopic, type Topic } from '@/api/contact';
import { Problem } from '@/ui/Problem';
import { keyFault, keyOf } from './key';

type Props = { topic?: Topic; taken: string[]; done: () => void };

/** Makes a topic, or changes what customers read of it; a key stays what it was made as. */
export function TopicForm({ topic, taken, done }: Props) {
  const { t } = useTranslation(['contacting', 'app']);
  const client = useQueryClient();
  const [name, setName] = useState(topic?.name ?? '');
  const [givenKey, setKey] = useState<string | null>(topic?.key ?? null);
  const [description, setDescription] = useState(topic?.description ?? '');
  const [optIn, setOptIn] = useState(topic?.opt_in ?? false);
  const key = givenKey ?? keyOf(name);
  const fault = topic || name.trim() === '' ? null : keyFault(key, taken);
  const saving = useMutation({
    mutationFn: () => saveTopic(key, { name: name.trim(), description: description.trim(), opt_in: optIn }),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: contact.topics().queryKey });
      notifications.show({ message: t('contacting:topics.saved', { name: saved.name }) });
      done();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('contacting:topics.name')}
          description={t('contacting:topics.nameHelp')}
          required
          data-autofocus
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('contacting:topics.key')}
          description={t('contacting:topics.keyHelp')}
          maxLength={80}
          disabled={topic !== undefined}
          value={key}
          error={fault && t(`contacting:topics.keyFault.${fault}`)}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Textarea
          label={t('contacting:topics.description')}
          description={t('contacting:topics.descriptionHelp')}
          autosize
          minRows={2}
          maxLength={500}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Radio.Group
          label={t('contacting:topics.who')}
          value={optIn ? 'in' : 'out'}
          onChange={(value) => setOptIn(value === 'in')}
        >
          <Stack gap="xs" mt={6}>
            <Radio value="out" label={t('contacting:topics.optOut')} description={t('contacting:topics.optOutHelp')} />
            <Radio value="in" label={t('contacting:topics.optIn')} description={t('contacting:topics.optInHelp')} />
          </Stack>
        </Radio.Group>
        {topic && topic.opt_in !== optIn && (
          <Alert color="yellow">
            {t(optIn ? 'contacting:topics.becomesOptIn' : 'contacting:topics.becomesOptOut')}
          </Alert>
        )}
        {saving.error && <Problem error={saving.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={done}>
            {t('app:cancel')}
          </Button>
          <Button type="submit" loading={saving.isPending} disabled={name.trim() === '' || fault !== null}>
            {t('app:save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

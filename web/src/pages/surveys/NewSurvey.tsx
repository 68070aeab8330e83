import { Button, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { createSurvey, type Kind } from '@/api/surveys';
import { Problem } from '@/ui/Problem';
import { keyOf } from './key';

const KINDS = ['nps', 'csat', 'stars', 'ces', 'yes_no'] as const;

/** A score, and why: what most surveys are. More questions are added on the survey's page. */
export function NewSurvey() {
  const { t, i18n } = useTranslation('surveys');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Kind>('nps');
  const [prompt, setPrompt] = useState('');
  const [why, setWhy] = useState(t('whyPrompt'));
  const language = i18n.language.slice(0, 2);
  const making = useMutation({
    mutationFn: () =>
      createSurvey({
        key: keyOf(name),
        name: name.trim(),
        survey: {
          language,
          questions: [
            { id: 'score', kind, prompt: { [language]: prompt.trim() } },
            ...(why.trim()
              ? [{ id: 'why', kind: 'text' as const, prompt: { [language]: why.trim() }, required: false }]
              : []),
          ],
        },
      }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ['surveys'] });
      navigate(`/surveys/${id}`);
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    making.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('name')}
          required
          data-autofocus
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Select
          label={t('kind')}
          allowDeselect={false}
          data={KINDS.map((each) => ({ value: each, label: t(`kinds.${each}`) }))}
          value={kind}
          onChange={(value) => value && setKind(value as Kind)}
        />
        <TextInput label={t('prompt')} required value={prompt} onChange={(e) => setPrompt(e.currentTarget.value)} />
        <Textarea
          label={t('why')}
          description={t('whyHelp')}
          value={why}
          onChange={(e) => setWhy(e.currentTarget.value)}
        />
        {making.error && <Problem error={making.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={making.isPending} disabled={!name.trim() || !prompt.trim()}>
            {t('create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

import { Button, Card, Group, NumberInput, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/api/me';
import { GROUPS, type Kind, type Question, type Survey, type SurveyDefinition, updateSurvey } from '@/api/surveys';
import { Problem } from '@/ui/Problem';

/** What is asked, in the survey's own language; other languages and branches are set by the API and stay. */
export function Questions({ survey }: { survey: Survey }) {
  const { t } = useTranslation('surveys');
  const client = useQueryClient();
  const may = useMay('marketer');
  const [draft, setDraft] = useState<SurveyDefinition>(survey.survey);
  const language = draft.language ?? 'en';
  const saving = useMutation({
    mutationFn: () => updateSurvey(survey.id, { revision: survey.revision, survey: draft }),
    onSuccess: () => {
      notifications.show({ message: t('saved') });
      return client.invalidateQueries({ queryKey: ['surveys'] });
    },
  });
  const put = (place: number, question: Question) =>
    setDraft({ ...draft, questions: draft.questions.map((each, at) => (at === place ? question : each)) });
  const add = () =>
    setDraft({ ...draft, questions: [...draft.questions, newQuestion(draft.questions, language, t('whyPrompt'))] });
  return (
    <Stack maw={720}>
      {draft.questions.map((question, place) => (
        <One key={question.id} question={question} language={language} put={(changed) => put(place, changed)} />
      ))}
      <Ending draft={draft} language={language} put={(part) => setDraft({ ...draft, ...part })} />
      {saving.error && <Problem error={saving.error} />}
      {may && (
        <Group>
          <Button variant="default" disabled={draft.questions.length >= 10} onClick={add}>
            {t('addQuestion')}
          </Button>
          <Button loading={saving.isPending} onClick={() => saving.mutate()}>
            {t('save')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function newQuestion(all: Question[], language: string, prompt: string): Question {
  let number = all.length + 1;
  while (all.some(({ id }) => id === `q${number}`)) number += 1;
  return { id: `q${number}`, kind: 'text', prompt: { [language]: prompt }, required: false, options: [], jumps: [] };
}

type OneProps = { question: Question; language: string; put: (question: Question) => void };

function One({ question, language, put }: OneProps) {
  const { t } = useTranslation('surveys');
  const kinds = [...Object.keys(GROUPS), 'single'] as Kind[];
  const chosen = (question.options ?? []).map(({ label }) => label[language] ?? '').join('\n');
  const options = (text: string) =>
    text.split('\n').map((label, place) => ({
      ...question.options?.[place],
      id: question.options?.[place]?.id ?? `o${place + 1}`,
      label: { ...question.options?.[place]?.label, [language]: label },
    }));
  return (
    <Card withBorder component="fieldset" aria-label={question.prompt[language] ?? question.id}>
      <Stack gap="xs">
        <Select
          label={t('kind')}
          allowDeselect={false}
          data={kinds.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
          value={question.kind}
          onChange={(kind) => kind && put({ ...question, kind: kind as Kind })}
        />
        <TextInput
          label={t('prompt')}
          value={question.prompt[language] ?? ''}
          onChange={(e) => put({ ...question, prompt: { ...question.prompt, [language]: e.currentTarget.value } })}
        />
        {(question.kind === 'single' || question.kind === 'multiple') && (
          <Textarea
            autosize
            label={t('options')}
            value={chosen}
            onChange={(e) => put({ ...question, options: options(e.currentTarget.value) })}
          />
        )}
        <Switch
          label={t('required')}
          checked={question.required ?? true}
          onChange={(e) => put({ ...question, required: e.currentTarget.checked })}
        />
      </Stack>
    </Card>
  );
}

type EndingProps = {
  draft: SurveyDefinition;
  language: string;
  put: (part: Partial<SurveyDefinition>) => void;
};

function Ending({ draft, language, put }: EndingProps) {
  const { t } = useTranslation('surveys');
  const thanks = draft.thanks?.[language] ?? '';
  return (
    <>
      <TextInput
        label={t('thanks')}
        value={thanks}
        onChange={({ currentTarget: { value } }) => {
          const { [language]: _, ...others } = draft.thanks ?? {};
          put({ thanks: value ? { ...others, [language]: value } : others });
        }}
      />
      <TextInput
        label={t('thanksLink')}
        value={draft.thanks_link ?? ''}
        onChange={(event) => put({ thanks_link: event.currentTarget.value })}
      />
      <NumberInput
        label={t('pause')}
        description={t('pauseHelp')}
        min={0}
        max={365}
        value={draft.pause_days ?? 30}
        onChange={(days) => typeof days === 'number' && put({ pause_days: days })}
      />
    </>
  );
}

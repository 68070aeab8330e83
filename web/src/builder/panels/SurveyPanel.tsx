import { Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { groupsOf, type Survey, surveys } from '@/api/surveys';
import { DurationField } from '../fields/DurationField';
import { marked } from '../fields/marked';
import type { EditProps } from './panel';

/** Which survey's answer is waited for. Its ways out are the groups of the question's answers. */
export default function SurveyPanel({ data, change }: EditProps<'survey'>) {
  const { t } = useTranslation(['builder', 'surveys']);
  const all = useQuery(surveys.all()).data ?? [];
  const chosen = all.find(({ key }) => key === data.survey);
  const pick = (survey: Survey | undefined, id?: string | null) => {
    const question = survey?.survey.questions.find((each) => each.id === id) ?? survey?.survey.questions[0];
    if (!survey || !question) return;
    const answers = groupsOf(question).map((group) => ({
      id: group,
      label: t(`surveys:group.${group}`, { defaultValue: group }),
      groups: [group],
    }));
    change({ survey: survey.key, question: question.id, answers });
  };
  return (
    <Stack>
      <Select
        {...marked}
        label={t('builder:survey.which')}
        data={all.map(({ key, name }) => ({ value: key, label: name }))}
        value={chosen?.key ?? null}
        placeholder={data.survey}
        onChange={(key) => pick(all.find((each) => each.key === key))}
      />
      {chosen && (
        <Select
          label={t('builder:survey.question')}
          data={chosen.survey.questions.map(({ id, prompt }) => ({
            value: id,
            label: prompt[chosen.survey.language ?? 'en'] ?? id,
          }))}
          value={data.question}
          onChange={(id) => pick(chosen, id)}
        />
      )}
      <DurationField
        label={t('builder:survey.timeout')}
        value={data.timeout}
        onChange={(timeout) => change({ timeout })}
      />
      <Text size="sm" c="dimmed">
        {t('builder:survey.use', { token: `{{ survey.${data.survey} }}` })}
      </Text>
    </Stack>
  );
}

import { Select, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { surveys } from '@/api/surveys';
import type { BlockOf } from './model';

type Props = { block: BlockOf<'survey'>; put: (part: Partial<BlockOf<'survey'>>) => void };

const SCALES = ['nps', 'csat', 'stars', 'ces', 'yes_no'] as const;

/** Which survey is asked. Choosing one fills in its first question's words, which can be changed here. */
export function SurveyBlockForm({ block, put }: Props) {
  const { t } = useTranslation('emails');
  const all = useQuery(surveys.all()).data ?? [];
  const choose = (key: string | null) => {
    const found = all.find((each) => each.key === key);
    const first = found?.survey.questions[0];
    if (!found || !first) return;
    const said = (texts?: Record<string, string>) => texts?.[found.survey.language ?? 'en'] ?? '';
    const kind = SCALES.find((each) => each === first.kind) ?? 'link';
    put({ survey: found.key, kind, question: said(first.prompt), low: said(first.low), high: said(first.high) });
  };
  return (
    <>
      <Select
        label={t('surveyKey')}
        data={all.map(({ key, name }) => ({ value: key, label: name }))}
        value={all.some(({ key }) => key === block.survey) ? block.survey : null}
        onChange={choose}
      />
      {!all.some(({ key }) => key === block.survey) && (
        <Text size="sm" c="dimmed">
          {t('surveyMissing')}
        </Text>
      )}
      <TextInput
        label={t('surveyQuestion')}
        value={block.question ?? ''}
        onChange={(event) => put({ question: event.currentTarget.value })}
      />
      <TextInput
        label={t('surveyLow')}
        value={block.low ?? ''}
        onChange={(event) => put({ low: event.currentTarget.value })}
      />
      <TextInput
        label={t('surveyHigh')}
        value={block.high ?? ''}
        onChange={(event) => put({ high: event.currentTarget.value })}
      />
    </>
  );
}

import { Card, Group, Progress, Stack, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Survey } from '@/api/surveys';
import type { Schemas } from '@/api/types';
import { useFormat } from '@/lib/useFormat';

type All = Schemas['SurveyResults'];
type Result = Schemas['QuestionResult'];
type Props = { survey: Survey; results: All };

/** Of each question the figure with its interval, groups and weeks; and who was asked. */
export function Results({ survey, results }: Props) {
  const { t } = useTranslation('surveys');
  return (
    <Stack>
      <Asked rows={results.asked} />
      {results.questions.map((result) => (
        <Card key={result.question_id} withBorder>
          <Title order={2} size="h4" mb="xs">
            {prompt(survey, result.question_id)}
          </Title>
          {result.answers === 0 ? <Text c="dimmed">{t('noAnswers')}</Text> : <Answered result={result} />}
        </Card>
      ))}
    </Stack>
  );
}

const prompt = ({ survey }: Survey, id: string) =>
  survey.questions.find((question) => question.id === id)?.prompt[survey.language ?? 'en'] ?? id;

function Asked({ rows }: { rows: All['asked'] }) {
  const { t } = useTranslation(['surveys', 'app']);
  const asked = rows.reduce((sum, row) => sum + row.asked, 0);
  const answered = rows.reduce((sum, row) => sum + row.answered, 0);
  if (asked === 0) return <Text c="dimmed">{t('surveys:nobodyAsked')}</Text>;
  const share = Math.round((100 * answered) / asked);
  return <Text>{t('surveys:response', { asked, answered, silent: asked - answered, share })}</Text>;
}

function Answered({ result }: { result: Result }) {
  const { t } = useTranslation('surveys');
  const { number } = useFormat();
  const figure = (found: Result['figure']) =>
    found
      ? `${number(Math.round(found.value))} (${number(Math.round(found.low))} – ${number(Math.round(found.high))})`
      : '–';
  return (
    <Stack gap="xs">
      {result.figure && (
        <Text size="xl" fw={700}>
          {t(result.kind === 'nps' ? 'nps' : 'good', { figure: figure(result.figure) })}
        </Text>
      )}
      {result.weighted && <Text size="sm">{t('weighted', { figure: figure(result.weighted) })}</Text>}
      <Groups result={result} />
      {result.figure && result.weeks.length > 1 && (
        <Table withRowBorders={false} w="auto" aria-label={t('weeks')}>
          <Table.Tbody>
            {result.weeks.map((week) => (
              <Table.Tr key={week.label}>
                <Table.Th fw={400}>{week.label}</Table.Th>
                <Table.Td ta="right">{figure(week.figure)}</Table.Td>
                <Table.Td ta="right">{t('answers', { count: week.answers })}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}

function Groups({ result }: { result: Result }) {
  const { t } = useTranslation('surveys');
  return Object.entries(result.groups).map(([group, count]) => {
    const name = t(`group.${group}` as 'group.promoter', { defaultValue: group });
    return (
      <Group key={group} gap="sm" wrap="nowrap">
        <Text size="sm" w={140}>
          {name}
        </Text>
        <Progress flex={1} value={(100 * count) / result.answers} aria-label={name} />
        <Text size="sm" w={60} ta="right">
          {count}
        </Text>
      </Group>
    );
  });
}

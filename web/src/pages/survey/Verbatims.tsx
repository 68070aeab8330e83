import { Anchor, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Survey, surveys } from '@/api/surveys';
import type { Schemas } from '@/api/types';
import { type Column, DataTable } from '@/ui/DataTable';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { When } from '@/ui/When';

type Answer = Schemas['SurveyAnswerView'];
type Props = { survey: Survey; themes: Schemas['ThemeView'][] };

/** What customers wrote, searched by words and by theme, with the score beside it. */
export function Verbatims({ survey, themes }: Props) {
  const { t } = useTranslation('surveys');
  const [sought, setSought] = useState('');
  const [theme, setTheme] = useState<string | null>(null);
  const [search] = useDebouncedValue(sought.trim(), 300);
  const answers = useQuery(surveys.answers(survey.id, search, theme));
  return (
    <Stack>
      <Group align="flex-end">
        <TextInput label={t('search')} value={sought} onChange={(event) => setSought(event.currentTarget.value)} />
        <Select
          clearable
          label={t('theme')}
          data={themes.map(({ id, name }) => ({ value: id, label: name }))}
          value={theme}
          onChange={setTheme}
        />
      </Group>
      {answers.error && <Problem error={answers.error} retry={() => answers.refetch()} />}
      {answers.isPending && <Loading />}
      {answers.data?.length === 0 && <Text c="dimmed">{t('noWords')}</Text>}
      {answers.data && answers.data.length > 0 && <Rows rows={answers.data} />}
    </Stack>
  );
}

function Rows({ rows }: { rows: Answer[] }) {
  const { t } = useTranslation('surveys');
  const columns: Column<Answer>[] = [
    { key: 'words', title: t('words'), csv: ({ words }) => words },
    { key: 'score', title: t('score'), right: true, csv: ({ beside }) => beside },
    {
      key: 'sentiment',
      title: t('sentiment'),
      show: ({ sentiment }) => (sentiment ? t(`feels.${sentiment}`) : '–'),
      csv: ({ sentiment }) => sentiment,
    },
    {
      key: 'customer',
      title: t('customer'),
      show: ({ customer_id }) => (
        <Anchor component={Link} to={`/customers/${customer_id}`}>
          {customer_id.slice(0, 8)}
        </Anchor>
      ),
      csv: ({ customer_id }) => customer_id,
    },
    {
      key: 'at',
      title: t('at'),
      show: ({ answered_at }) => <When at={answered_at} />,
      csv: ({ answered_at }) => answered_at,
    },
  ];
  return <DataTable label={t('tabs.words')} rows={rows} rowKey={({ id }) => id} minWidth={500} columns={columns} />;
}

import { Stack, Title } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { FunnelAnswer, FunnelQuestion } from '@/api/reports';
import { lines as colours } from '@/lib/colours';
import { useFormat } from '@/lib/useFormat';
import { Chart } from '@/ui/Chart';
import { DataTable } from '@/ui/DataTable';
import { KeepStopped } from './KeepStopped';
import { shareOf } from './question';

type Props = { question: FunnelQuestion; answer: FunnelAnswer };
type Row = FunnelAnswer['whole'][number] & { place: number; name: string };

/** How many came to each step, drawn and written. */
export function Answer({ question, answer }: Props) {
  const { t } = useTranslation('analytics');
  const names = question.funnel.steps.map((step) => ('event' in step ? step.event : step.node_id));
  const label = (place: number) => `${place + 1}. ${names[place] ?? ''}`;
  const groups = answer.groups.length > 0 ? answer.groups : [{ value: null, steps: answer.whole }];
  const series = groups.slice(0, 8).map((group) => ({
    name: answer.groups.length > 0 ? (group.value ?? t('none')) : t('customers'),
    type: 'bar' as const,
    data: group.steps.map((step) => step.reached),
  }));
  const option = {
    aria: { enabled: true },
    color: colours(),
    tooltip: { trigger: 'axis' },
    legend: { top: 0, type: 'scroll', show: series.length > 1 },
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    xAxis: { type: 'category', data: names.map((_, place) => label(place)) },
    yAxis: { type: 'value', minInterval: 1 },
    series,
  };
  const rows = useRows(answer.whole, names);
  return (
    <Stack>
      <Chart label={t('funnels')} option={option} height={340} />
      <StepTable rows={rows} question={question} />
      {answer.groups.length > 0 && (
        <>
          <Title order={2} size="h4">
            {t('byValue')}
          </Title>
          <DataTable
            label={t('byValue')}
            rows={answer.groups}
            rowKey={({ value }) => value ?? ''}
            columns={[
              { key: 'value', title: t('value'), show: ({ value }) => value ?? t('none'), csv: ({ value }) => value },
              ...names.map((_, place) => ({
                key: String(place),
                title: label(place),
                right: true,
                show: (group: FunnelAnswer['groups'][number]) => group.steps[place]?.reached ?? 0,
                csv: (group: FunnelAnswer['groups'][number]) => group.steps[place]?.reached,
              })),
            ]}
          />
        </>
      )}
    </Stack>
  );
}

const useRows = (steps: FunnelAnswer['whole'], names: string[]): Row[] =>
  useMemo(() => steps.map((step, place) => ({ ...step, place, name: names[place] ?? '' })), [steps, names]);

function StepTable({ rows, question }: { rows: Row[]; question: FunnelQuestion }) {
  const { t } = useTranslation('analytics');
  const format = useFormat();
  const hours = (seconds: number | null) => (seconds === null ? '–' : t('hours', { count: seconds / 3600 }));
  return (
    <DataTable<Row>
      label={t('funnels')}
      rows={rows}
      rowKey={({ place }) => String(place)}
      columns={[
        {
          key: 'name',
          title: t('stepName'),
          show: ({ name, place }) => `${place + 1}. ${name}`,
          csv: ({ name }) => name,
        },
        {
          key: 'reached',
          title: t('customers'),
          right: true,
          show: ({ reached }) => format.number(reached),
          csv: ({ reached }) => reached,
        },
        {
          key: 'share',
          title: t('ofBefore'),
          right: true,
          show: ({ place }) => (place === 0 ? '–' : format.percent(shareOf(rows, place))),
          csv: ({ place }) => shareOf(rows, place),
        },
        {
          key: 'waiting',
          title: t('waiting'),
          right: true,
          wide: true,
          show: ({ waiting }) => format.number(waiting),
          csv: ({ waiting }) => waiting,
        },
        {
          key: 'median',
          title: t('median'),
          right: true,
          wide: true,
          show: ({ median_seconds }) => hours(median_seconds),
          csv: ({ median_seconds }) => median_seconds,
        },
        {
          key: 'stopped',
          title: t('stopped'),
          untitled: true,
          show: ({ place }) => place < rows.length - 1 && <KeepStopped question={question} step={place} />,
        },
      ]}
    />
  );
}

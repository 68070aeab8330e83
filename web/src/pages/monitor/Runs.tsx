import { Anchor, Stack } from '@mantine/core';
import { IconExternalLink, IconRocket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { monitor } from '@/api/monitor';
import type { Schemas } from '@/api/types';
import { lines } from '@/lib/colours';
import { rateOf } from '@/lib/interval';
import { useFormat } from '@/lib/useFormat';
import { Chart } from '@/ui/Chart';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { Rate } from '@/ui/Rate';
import { Revenue, revenueText } from '@/ui/Revenue';
import { wholeOf } from './figures';
import { Missed } from './Missed';

type Run = Schemas['RunFiguresView'];

/** Launches of a campaign beside each other. */
export function Runs({ slug }: { slug: string }) {
  const { t } = useTranslation('monitor');
  const runs = useQuery(monitor.runs(slug));
  if (runs.isPending) return <Loading />;
  if (runs.isLoadingError) return <Problem error={runs.error} retry={() => runs.refetch()} />;
  return (
    <Stack>
      <Missed slug={slug} />
      {runs.data.length === 0 ? (
        <Empty icon={IconRocket} title={t('runs.none')} help={t('runs.noneHelp')} />
      ) : (
        <Compared slug={slug} runs={runs.data} />
      )}
    </Stack>
  );
}

function Compared({ slug, runs }: { slug: string; runs: Run[] }) {
  const { t } = useTranslation('monitor');
  const format = useFormat();
  const rated = (key: 'delivered' | 'opened' | 'clicked' | 'unsubscribed' | 'bounced'): Column<Run> => ({
    key,
    title: t(`messages.${key}`),
    right: true,
    show: (row) => <Rate part={row[key]} of={wholeOf(row, key)} />,
    csv: (row) => row[key],
  });
  const counted = (key: 'entered' | 'active' | 'sent', title: string): Column<Run> => ({
    key,
    title,
    right: true,
    show: (row) => format.number(row[key]),
    csv: (row) => row[key],
  });
  const columns: Column<Run>[] = [
    {
      key: 'at',
      title: t('runs.launched'),
      show: ({ run }) => (
        <Anchor
          component={Link}
          to={`/campaigns/${slug}/monitor?run=${run.id}`}
          size="sm"
          style={{ whiteSpace: 'nowrap' }}
        >
          {format.moment(run.created_at)}
        </Anchor>
      ),
      csv: ({ run }) => run.created_at,
    },
    {
      key: 'state',
      title: t('runs.state'),
      show: ({ run }) => t(`runs.states.${run.state}`),
      csv: ({ run }) => run.state,
    },
    {
      key: 'version',
      title: t('runs.version'),
      right: true,
      show: ({ run }) => run.version,
      csv: ({ run }) => run.version,
    },
    {
      key: 'audience',
      title: t('runs.audience'),
      right: true,
      show: ({ run }) => (run.audience === null ? '–' : format.number(run.audience)),
      csv: ({ run }) => run.audience,
    },
    counted('entered', t('runs.entered')),
    counted('active', t('runs.inside')),
    counted('sent', t('messages.sent')),
    rated('delivered'),
    rated('opened'),
    rated('clicked'),
    {
      key: 'conversions',
      title: t('runs.conversions'),
      right: true,
      show: (row) => <Rate part={row.conversions} of={row.entered} />,
      csv: (row) => row.conversions,
    },
    {
      key: 'revenue',
      title: t('messages.revenue'),
      right: true,
      show: (row) => <Revenue amounts={row.revenue} />,
      csv: (row) => revenueText(row.revenue, format),
    },
    rated('unsubscribed'),
    rated('bounced'),
    {
      key: 'workflow',
      title: t('workflow'),
      show: ({ run }) => (
        <Anchor href={run.temporal_url} target="_blank" rel="noreferrer" aria-label={t('workflow')}>
          <IconExternalLink size={16} />
        </Anchor>
      ),
    },
  ];
  const option = useMemo(() => {
    const shown = runs.filter(({ run }) => run.state !== 'refused').reverse();
    const rates = shown.map((row) => rateOf(row.conversions, row.entered));
    return {
      aria: { enabled: true },
      color: lines().slice(0, 1),
      tooltip: {
        trigger: 'axis',
        valueFormatter: (value: unknown) => (typeof value === 'number' ? format.percent(value) : '–'),
      },
      legend: { top: 0 },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      xAxis: { type: 'category', data: shown.map(({ run }) => format.moment(run.created_at)) },
      yAxis: { type: 'value', min: 0, axisLabel: { formatter: (value: number) => format.percent(value) } },
      series: [
        { name: t('runs.conversions'), type: 'line', data: rates.map((rate) => rate?.share ?? null) },
        {
          name: t('runs.atLeast'),
          type: 'line',
          lineStyle: { type: 'dashed' },
          data: rates.map((rate) => rate?.low ?? null),
        },
        {
          name: t('runs.atMost'),
          type: 'line',
          lineStyle: { type: 'dashed' },
          data: rates.map((rate) => rate?.high ?? null),
        },
      ],
    };
  }, [runs, format, t]);
  return (
    <Stack>
      {runs.length > 1 && <Chart label={t('runs.chart')} option={option} height={280} />}
      <DataTable label={t('tabs.runs')} columns={columns} rows={runs} rowKey={({ run }) => run.id} minWidth={1280} />
    </Stack>
  );
}

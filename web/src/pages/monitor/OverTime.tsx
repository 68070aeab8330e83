import { SegmentedControl, Select, Stack } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { monitor } from '@/api/monitor';
import type { Flow, Schemas } from '@/api/types';
import { titleOf } from '@/builder/kinds';
import { lines as colours } from '@/lib/colours';
import { useFormat } from '@/lib/useFormat';
import { Chart } from '@/ui/Chart';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { Revenue, revenueText } from '@/ui/Revenue';
import { CHANNELS, filled, grid, METRICS, type Metric, type TimeRow } from './series';

/** What happened when: of all messages, or of one step's. */
export function OverTime({ slug, run, flow }: { slug: string; run: string | null; flow: Flow }) {
  const { t } = useTranslation('monitor');
  const { t: words } = useTranslation(['kinds', 'app']);
  const [node, setNode] = useState<string | null>(null);
  const senders = flow.nodes.filter((each) => each.type.startsWith('send_'));
  return (
    <Stack>
      {senders.length > 1 && (
        <Select
          label={t('time.message')}
          placeholder={t('messages.all')}
          data={senders.map((each) => ({ value: each.id, label: titleOf(each, words) }))}
          value={node}
          onChange={setNode}
          clearable
          maw={320}
        />
      )}
      <Series slug={slug} run={run} node={node} />
    </Stack>
  );
}

export function Series({ slug, run, node }: { slug: string; run: string | null; node: string | null }) {
  const series = useQuery(monitor.series(slug, run, node));
  const { t } = useTranslation('monitor');
  if (series.isPending) return <Loading />;
  if (series.isLoadingError) return <Problem error={series.error} retry={() => series.refetch()} />;
  if (series.data.points.length === 0) return <Empty icon={IconChartLine} title={t('time.none')} />;
  return <Lines series={series.data} />;
}

function Lines({ series }: { series: Schemas['SeriesView'] }) {
  const { t } = useTranslation(['monitor', 'app']);
  const format = useFormat();
  const [channel, setChannel] = useState('all');
  const present = CHANNELS.filter((each) => series.points.some((point) => point.channel === each));
  const rows = useMemo(() => grid(series, channel), [series, channel]);
  const drawn = useMemo(() => filled(rows, series.width_seconds), [rows, series.width_seconds]);
  const facts = useMemo(() => METRICS.filter((fact) => rows.some((row) => row.counts[fact] > 0)), [rows]);
  // that all enter at once would leave the rest a flat line
  const lines = useMemo(() => (facts.length > 1 ? facts.filter((fact) => fact !== 'entered') : facts), [facts]);
  const option = useMemo(
    () => ({
      aria: { enabled: true },
      color: colours(),
      tooltip: { trigger: 'axis' },
      legend: { top: 0, type: 'scroll' },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      xAxis: { type: 'time', splitNumber: 4, axisLabel: { hideOverlap: true } },
      yAxis: { type: 'value', minInterval: 1 },
      series: lines.map((fact) => ({
        name: t(`monitor:facts.${fact}`),
        type: 'line',
        showSymbol: drawn.length < 40,
        areaStyle: { opacity: lines.length > 2 ? 0 : 0.12 },
        data: drawn.map((row) => [row.at, row.counts[fact]]),
      })),
    }),
    [drawn, lines, t],
  );
  return (
    <Stack>
      {present.length > 1 && (
        <SegmentedControl
          w="fit-content"
          maw="100%"
          style={{ overflowX: 'auto' }}
          aria-label={t('monitor:time.channel')}
          value={channel}
          onChange={setChannel}
          data={[
            { value: 'all', label: t('monitor:time.all') },
            ...present.map((each) => ({ value: each, label: t(`app:channel.${each}`) })),
          ]}
        />
      )}
      <Chart label={t('monitor:tabs.time')} option={option} height={360} />
      <DataTable<TimeRow>
        label={t('monitor:tabs.time')}
        rows={rows}
        rowKey={(row) => row.at}
        columns={[
          { key: 'at', title: t('monitor:time.from'), show: (row) => format.exact(row.at), csv: (row) => row.at },
          ...facts.map((fact: Metric) => ({
            key: fact,
            title: t(`monitor:facts.${fact}`),
            right: true,
            show: (row: TimeRow) => format.number(row.counts[fact]),
            csv: (row: TimeRow) => row.counts[fact],
          })),
          {
            key: 'revenue',
            title: t('monitor:messages.revenue'),
            right: true,
            show: (row) => <Revenue amounts={row.revenue} />,
            csv: (row) => revenueText(row.revenue, format),
          },
        ]}
      />
    </Stack>
  );
}

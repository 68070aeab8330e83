import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Flow } from '@/api/types';
import { titleOf } from '@/builder/kinds';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { type FunnelStep, funnel, type Monitor, sum } from './figures';
import { useExitWords } from './words';

/** Step by step: how many came, how many of all who entered that is, and where the others went. */
export function Funnel({ flow, monitor }: { flow: Flow; monitor: Monitor }) {
  const { t } = useTranslation(['monitor', 'app']);
  const { t: words } = useTranslation(['kinds', 'app']);
  const format = useFormat();
  const exits = useExitWords();
  const steps = funnel(flow, monitor);
  const lost = (step: FunnelStep) =>
    Object.entries(step.figures.ended)
      .map(([reason, count]) => `${exits(reason)}: ${format.number(count)}`)
      .join(', ');
  const columns: Column<FunnelStep>[] = [
    {
      key: 'step',
      title: t('funnel.step'),
      show: ({ node }) => titleOf(node, words),
      csv: ({ node }) => titleOf(node, words),
    },
    {
      key: 'entered',
      title: t('funnel.entered'),
      right: true,
      show: ({ figures }) => format.number(figures.entered),
      csv: ({ figures }) => figures.entered,
    },
    {
      key: 'share',
      title: t('funnel.share'),
      show: ({ figures }) => (
        <div style={{ minWidth: 160 }}>
          <div
            className="funnel-bar"
            style={{ width: `${monitor.entered ? Math.min(100, (figures.entered / monitor.entered) * 100) : 0}%` }}
          />
          <Text size="xs" c="dimmed" className="figures">
            {format.rate(figures.entered, monitor.entered)}
          </Text>
        </div>
      ),
      csv: ({ figures }) => (monitor.entered ? figures.entered / monitor.entered : null),
    },
    {
      key: 'inside',
      title: t('funnel.inside'),
      right: true,
      show: ({ figures }) => format.number(figures.inside),
      csv: ({ figures }) => figures.inside,
    },
    {
      key: 'lost',
      title: t('funnel.ended'),
      right: true,
      show: ({ figures }) => format.number(sum(figures.ended)),
      csv: ({ figures }) => sum(figures.ended),
    },
    { key: 'why', title: t('funnel.why'), show: (step) => <Text size="sm">{lost(step)}</Text>, csv: lost },
  ];
  return (
    <Stack>
      <Text c="dimmed" size="sm">
        {t('funnel.help')}
      </Text>
      <DataTable
        label={t('tabs.funnel')}
        columns={columns}
        rows={steps}
        rowKey={({ node }) => node.id}
        minWidth={640}
      />
    </Stack>
  );
}

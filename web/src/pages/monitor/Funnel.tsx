import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { IconFilterDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Flow } from '@/api/types';
import { nodeById } from '@/builder/graph/model';
import { titleOf } from '@/builder/kinds';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { Rate } from '@/ui/Rate';
import { Share } from '@/ui/Share';
import { lostAt, worstDrop, worstSkipped } from './drops';
import { type FunnelStep, funnel, type Monitor, sum } from './figures';
import { useExitWords } from './words';

type Props = { flow: Flow; monitor: Monitor; choose: (node: string) => void };

/** Step by step: how many came, how many of all who entered that is, and where the others went. */
export function Funnel({ flow, monitor, choose }: Props) {
  const { t } = useTranslation(['monitor', 'app']);
  const { t: words } = useTranslation(['kinds', 'app']);
  const format = useFormat();
  const exits = useExitWords();
  const lost = ({ node, figures }: FunnelStep) => lostAt(node, figures.ended);
  const why = (step: FunnelStep) =>
    Object.entries(step.figures.ended)
      .map(([reason, count]) => `${exits(reason)}: ${format.number(count)}`)
      .join(', ');
  const counted = (key: string, title: string, count: (step: FunnelStep) => number): Column<FunnelStep> => ({
    key,
    title,
    right: true,
    show: (step) => format.number(count(step)),
    csv: count,
  });
  const columns: Column<FunnelStep>[] = [
    {
      key: 'step',
      title: t('funnel.step'),
      show: ({ node }) => (
        <Anchor component="button" type="button" ta="left" size="sm" onClick={() => choose(node.id)}>
          {titleOf(node, words)}
        </Anchor>
      ),
      csv: ({ node }) => titleOf(node, words),
    },
    counted('entered', t('funnel.entered'), ({ figures }) => figures.entered),
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
            <Share part={figures.entered} of={monitor.entered} />
          </Text>
        </div>
      ),
      csv: ({ figures }) => (monitor.entered ? figures.entered / monitor.entered : null),
    },
    counted('active', t('funnel.inside'), ({ figures }) => figures.active),
    counted('passed', t('funnel.passed'), ({ figures }) => sum(figures.exited)),
    {
      key: 'lost',
      title: t('funnel.lost'),
      right: true,
      show: (step) => (lost(step) > 0 ? <Rate part={lost(step)} of={step.figures.entered} /> : format.number(0)),
      csv: lost,
    },
    counted('left', t('funnel.ended'), ({ figures }) => sum(figures.ended)),
    { key: 'why', title: t('funnel.why'), show: (step) => <Text size="sm">{why(step)}</Text>, csv: why },
  ];
  return (
    <Stack>
      <Text c="dimmed" size="sm">
        {t('funnel.help')}
      </Text>
      <Worst flow={flow} monitor={monitor} />
      <DataTable
        label={t('tabs.funnel')}
        columns={columns}
        rows={funnel(flow, monitor)}
        rowKey={({ node }) => node.id}
        minWidth={760}
      />
    </Stack>
  );
}

/** The largest losses, by name. */
function Worst({ flow, monitor }: { flow: Flow; monitor: Monitor }) {
  const { t } = useTranslation('monitor');
  const { t: words } = useTranslation(['kinds', 'app']);
  const format = useFormat();
  const exits = useExitWords();
  const drop = worstDrop(flow, monitor);
  const skipped = worstSkipped(monitor);
  const sender = skipped && nodeById(flow, skipped.node);
  if (monitor.entered === 0) return null;
  return (
    <Alert variant="light" color="gray" icon={<IconFilterDown />} title={t('drop.title')}>
      <Text size="sm">
        {drop
          ? t('drop.step', {
              step: titleOf(drop.node, words),
              n: format.number(drop.lost),
              rate: format.rate(drop.lost, drop.came),
              why: exits(drop.why),
            })
          : t('drop.nobody')}
      </Text>
      {skipped && sender && (
        <Text size="sm">
          {t('drop.skipped', {
            step: titleOf(sender, words),
            rate: format.rate(skipped.lost, skipped.attempted),
            n: format.number(skipped.lost),
            why: t(`block_reason.${skipped.why as 'consent'}`),
          })}
        </Text>
      )}
    </Alert>
  );
}

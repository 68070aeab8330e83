import { Badge, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Effect, Experiment } from '@/api/experiments';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { Part } from '../broadcast/Part';
import { labelOf, metricsOf, type Placed } from '../experiments/figures';
import { useMetricWords } from '../experiments/useMetricWords';

type Row = { key: string; placed: Placed; effect: Effect };

/** Every other metric and guardrail of each arm. */
export function Metrics({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const rows = metricsOf(experiment)
    .filter(({ role }) => role !== 'primary')
    .flatMap((placed) =>
      experiment.effects
        .filter(({ metric }) => metric === placed.index)
        .map((effect): Row => ({ key: `${placed.index} ${effect.arm}`, placed, effect })),
    );
  const columns = useColumns(experiment);
  if (rows.length === 0) return null;
  return (
    <Part title={t('others')}>
      <DataTable label={t('others')} rows={rows} rowKey={({ key }) => key} minWidth={420} columns={columns} />
    </Part>
  );
}

function useColumns(experiment: Experiment): Column<Row>[] {
  const { t } = useTranslation('experiments');
  const { percent } = useFormat();
  const words = useMetricWords();
  return [
    {
      key: 'metric',
      title: t('metricTitle'),
      show: ({ placed: { metric, role } }) => (
        <>
          {words.name(metric)}
          <Text size="xs" c="dimmed">
            {t(`role.${role}`)}
          </Text>
        </>
      ),
      csv: ({ placed: { metric } }) => metric.event,
    },
    {
      key: 'arm',
      title: t('arm'),
      show: ({ effect }) => labelOf(experiment.arms, effect.arm),
      csv: ({ effect }) => effect.arm,
    },
    {
      key: 'effect',
      title: t('difference'),
      right: true,
      show: ({ effect, placed: { metric } }) =>
        effect.effect === null || effect.low === null || effect.high === null ? (
          t('tooFew')
        ) : (
          <>
            {words.effect(metric, effect.effect)}
            <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              {t('range', { low: words.bare(metric, effect.low), high: words.bare(metric, effect.high) })}
            </Text>
          </>
        ),
      csv: ({ effect }) => effect.effect,
    },
    {
      key: 'said',
      title: t('said'),
      show: ({ effect, placed: { role } }) => <Said effect={effect} guardrail={role === 'guardrail'} />,
      csv: ({ effect }) => (effect.better ? 'better' : effect.worse ? 'worse' : 'open'),
    },
    {
      key: 'cut',
      title: t('narrowedBy'),
      right: true,
      wide: true,
      show: ({ effect }) => (effect.cut > 0 ? percent(effect.cut) : '–'),
      csv: ({ effect }) => effect.cut,
    },
  ];
}

function Said({ effect, guardrail }: { effect: Effect; guardrail: boolean }) {
  const { t } = useTranslation('experiments');
  if (effect.worse)
    return (
      <Badge color="red" tt="none">
        {t(guardrail ? 'saying.crossed' : 'saying.worse')}
      </Badge>
    );
  if (effect.better)
    return (
      <Badge color="teal" tt="none">
        {t('saying.better')}
      </Badge>
    );
  return <Text size="sm">{t(guardrail ? 'saying.held' : 'saying.open')}</Text>;
}

import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Experiment } from '@/api/experiments';
import type { Schemas } from '@/api/types';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { useMetricWords } from '../experiments/useMetricWords';

type Arm = Schemas['ArmView'];

/** The arms on the primary metric: how many, what rate, how far from the control. */
export function Arms({ experiment, arms = experiment.arms, effects = experiment.effects }: Props) {
  const { t } = useTranslation('experiments');
  const { number, percent } = useFormat();
  const words = useMetricWords();
  const { primary } = experiment.plan;
  const found = ({ arm }: Arm) => effects.find((each) => each.arm === arm && each.metric === 0);
  const columns: Column<Arm>[] = [
    {
      key: 'arm',
      title: t('arm'),
      show: (arm) => <Named arm={arm} won={experiment.winner === arm.arm} />,
      csv: ({ arm, label }) => label || arm,
    },
    {
      key: 'share',
      title: t('share'),
      right: true,
      wide: true,
      show: ({ share }) => percent(share),
      csv: ({ share }) => share,
    },
    {
      key: 'exposed',
      title: t('customers'),
      right: true,
      show: ({ exposed }) => number(exposed),
      csv: ({ exposed }) => exposed,
    },
    {
      key: 'mean',
      title: words.name(primary),
      right: true,
      show: ({ means }) => words.value(primary, means[0] ?? 0),
      csv: ({ means }) => means[0],
    },
    {
      key: 'effect',
      title: t('difference'),
      right: true,
      show: (arm) => <Difference effect={found(arm)} words={words} primary={primary} />,
      csv: (arm) => found(arm)?.effect,
    },
    { key: 'low', title: t('low'), csv: (arm) => found(arm)?.low },
    { key: 'high', title: t('high'), csv: (arm) => found(arm)?.high },
  ];
  return <DataTable label={t('arms')} rows={arms} rowKey={({ arm }) => arm} minWidth={330} columns={columns} />;
}

type Props = { experiment: Experiment; arms?: Arm[]; effects?: Schemas['EffectView'][] };

function Named({ arm: { arm, label, control, retired }, won }: { arm: Arm; won: boolean }) {
  const { t } = useTranslation('experiments');
  return (
    <Group gap="xs">
      <Text fw={600}>{label || arm}</Text>
      {control && <Badge color="gray">{t('control')}</Badge>}
      {won && <Badge color="green">{t('winner')}</Badge>}
      {retired && <Badge color="orange">{t('retired')}</Badge>}
    </Group>
  );
}

type DifferenceProps = {
  effect: Schemas['EffectView'] | undefined;
  words: ReturnType<typeof useMetricWords>;
  primary: Schemas['ExperimentMetric'];
};

function Difference({ effect, words, primary }: DifferenceProps) {
  const { t } = useTranslation('experiments');
  if (!effect) return '–';
  if (effect.effect === null || effect.low === null || effect.high === null) return t('tooFew');
  return (
    <>
      {words.effect(primary, effect.effect)}
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {t('range', { low: words.bare(primary, effect.low), high: words.bare(primary, effect.high) })}
      </Text>
    </>
  );
}

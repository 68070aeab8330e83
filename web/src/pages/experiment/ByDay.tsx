import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Experiment, experiments } from '@/api/experiments';
import { lines } from '@/lib/colours';
import { Chart } from '@/ui/Chart';
import { Placeholder } from '@/ui/Placeholder';
import { Problem } from '@/ui/Problem';
import { Part } from '../broadcast/Part';
import { labelOf } from '../experiments/figures';

const POINTS = 100;

/** The effect by day since exposure: whether it wears off. */
export function ByDay({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const found = useQuery(experiments.days(experiment.id));
  const scale = experiment.plan.primary.value === 'any' ? POINTS : 1;
  const option = useMemo(() => {
    const days = [...new Set((found.data ?? []).map(({ day }) => day))].sort((a, b) => a - b);
    const arms = [...new Set((found.data ?? []).map(({ arm }) => arm))];
    return {
      aria: { enabled: true },
      color: lines(),
      tooltip: { trigger: 'axis' },
      legend: { top: 0, type: 'scroll' },
      grid: { left: 8, right: 16, top: 40, bottom: 24, containLabel: true },
      xAxis: {
        type: 'category',
        data: days.map((day) => day + 1),
        name: t('byDay.day'),
        nameLocation: 'middle',
        nameGap: 26,
      },
      yAxis: { type: 'value' },
      series: arms.map((arm) => ({
        name: labelOf(experiment.arms, arm),
        type: 'line',
        data: days.map((day) => {
          const at = found.data?.find((each) => each.day === day && each.arm === arm);
          return at ? Number((at.effect * scale).toFixed(3)) : null;
        }),
      })),
    };
  }, [found.data, experiment.arms, scale, t]);
  return (
    <Part title={t('byDay.title')}>
      <Text size="sm" c="dimmed">
        {t('byDay.help')}
      </Text>
      {found.isPending && <Placeholder rows={3} />}
      {found.error && <Problem error={found.error} retry={found.refetch} />}
      {found.data?.length === 0 && <Text c="dimmed">{t('byDay.none')}</Text>}
      {found.data && found.data.length > 0 && <Chart label={t('byDay.title')} option={option} height={240} />}
    </Part>
  );
}

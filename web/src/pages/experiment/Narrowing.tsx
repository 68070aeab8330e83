import { SegmentedControl, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Experiment } from '@/api/experiments';
import { lines } from '@/lib/colours';
import { useFormat } from '@/lib/useFormat';
import { Chart } from '@/ui/Chart';
import { Part } from '../broadcast/Part';
import { labelOf } from '../experiments/figures';
import { useMetricWords } from '../experiments/useMetricWords';
import { bandOf, pointsOf } from './narrowing';

const POINTS = 100;

/** The interval of the difference over time: it narrows as customers come. */
export function Narrowing({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const others = experiment.arms.filter(({ control }) => !control);
  const [chosen, choose] = useState<string | null>(null);
  const arm = chosen ?? experiment.winner ?? others[0]?.arm ?? '';
  return (
    <Part title={t('narrowing.title')}>
      <Text size="sm" c="dimmed">
        {t('narrowing.help')}
      </Text>
      {others.length > 1 && (
        <SegmentedControl
          w="fit-content"
          maw="100%"
          style={{ overflowX: 'auto' }}
          aria-label={t('arm')}
          value={arm}
          onChange={choose}
          data={others.map((each) => ({ value: each.arm, label: labelOf(experiment.arms, each.arm) }))}
        />
      )}
      <Band experiment={experiment} arm={arm} />
    </Part>
  );
}

function Band({ experiment, arm }: { experiment: Experiment; arm: string }) {
  const { t } = useTranslation('experiments');
  const { moment } = useFormat();
  const words = useMetricWords();
  const { primary } = experiment.plan;
  const scale = primary.value === 'any' ? POINTS : 1;
  const points = useMemo(() => pointsOf(experiment, arm, scale), [experiment, arm, scale]);
  const unit = primary.value === 'any' ? t('inPoints') : words.name(primary);
  const option = useMemo(() => {
    const { low, width, line } = bandOf(points, ({ at }) => at, lines()[0] ?? '');
    return {
      aria: { enabled: true },
      tooltip: { trigger: 'axis' },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      xAxis: { type: 'time' },
      yAxis: { type: 'value', name: unit, nameTextStyle: { align: 'left' } },
      series: [low, width, { ...line, name: t('difference') }],
    };
  }, [points, unit, t]);
  const last = points.at(-1);
  if (!last) return <Text c="dimmed">{t('narrowing.none')}</Text>;
  return (
    <>
      <Chart label={t('narrowing.title')} option={option} />
      <Text size="sm" data-testid="narrowed" data-looks={points.length}>
        {t('narrowing.last', {
          when: moment(last.at),
          effect: words.effect(primary, last.effect / scale),
          low: words.bare(primary, last.low / scale),
          high: words.bare(primary, last.high / scale),
        })}
      </Text>
    </>
  );
}

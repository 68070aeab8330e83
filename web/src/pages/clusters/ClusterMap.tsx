import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Clusters } from '@/api/intelligence';
import { usePhrases } from '@/lib/phrases';
import { Chart } from '@/ui/Chart';

/** A direction has no unit: nothing is written along it. */
const UNSAID = {
  type: 'value',
  axisLabel: { show: false },
  axisTick: { show: false },
  axisLine: { onZero: false },
};

/** Customers as points, a colour a cluster. */
export function ClusterMap({ clusters }: { clusters: Clusters }) {
  const { t } = useTranslation('intelligence');
  const phrase = usePhrases();
  const option = useMemo(
    () => ({
      aria: { enabled: true },
      tooltip: { trigger: 'item', formatter: '{a}' },
      legend: { top: 0, type: 'scroll' },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      xAxis: UNSAID,
      yAxis: UNSAID,
      series: clusters.clusters.map(({ number, name }) => ({
        name: `${number + 1}: ${phrase(name)}`,
        type: 'scatter',
        symbolSize: 6,
        data: clusters.map.filter(({ cluster }) => cluster === number).map(({ x, y }) => [x, y]),
      })),
    }),
    [clusters, phrase],
  );
  return <Chart label={t('clusters.map')} option={option} height={360} />;
}

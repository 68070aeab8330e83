import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cluster } from '@/api/intelligence';
import { usePhrases } from '@/lib/phrases';
import { useFormat } from '@/lib/useFormat';
import { Chart } from '@/ui/Chart';
import { DataTable } from '@/ui/DataTable';
import { useIntelligenceWords } from '../models/words';

/** How far a cluster is from everyone, feature by feature. */
export function Profile({ cluster }: { cluster: Cluster }) {
  const { t } = useTranslation('intelligence');
  const phrase = usePhrases();
  const words = useIntelligenceWords();
  const { decimal } = useFormat();
  const rows = Object.entries(cluster.profile)
    .map(([name, gap]) => ({ name, said: words.feature(name), gap }))
    .sort((a, b) => Math.abs(b.gap) - Math.abs(a.gap));
  const drawn = JSON.stringify(rows);
  const option = useMemo(() => {
    const bars: typeof rows = JSON.parse(drawn).reverse();
    return {
      aria: { enabled: true },
      tooltip: { trigger: 'axis' },
      grid: { left: 8, right: 16, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: 'value', axisLabel: { hideOverlap: true } },
      yAxis: { type: 'category', data: bars.map(({ said }) => said), axisLine: { show: false } },
      series: [{ name: t('clusters.against'), type: 'bar', data: bars.map(({ gap }) => gap) }],
    };
  }, [drawn, t]);
  const label = t('clusters.profile', { name: phrase(cluster.name) });
  return (
    <>
      <Chart label={label} option={option} height={360} />
      <DataTable
        label={label}
        rows={rows}
        rowKey={({ name }) => name}
        minWidth={330}
        columns={[
          { key: 'name', title: t('card.feature'), show: ({ said }) => said, csv: ({ name }) => name },
          {
            key: 'gap',
            title: t('clusters.against'),
            right: true,
            show: ({ gap }) => decimal(gap),
            csv: ({ gap }) => gap,
          },
        ]}
      />
    </>
  );
}

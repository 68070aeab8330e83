import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/useFormat';
import { Chart } from '@/ui/Chart';
import { DataTable } from '@/ui/DataTable';
import { useIntelligenceWords } from '../models/words';

const SHOWN = 12;

/** The features that move a score most. */
export function Importances({ weights }: { weights: Record<string, number> }) {
  const { t } = useTranslation('intelligence');
  const words = useIntelligenceWords();
  const { decimal } = useFormat();
  const rows = Object.entries(weights)
    .map(([name, weight]) => ({ name, said: words.feature(name), weight }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, SHOWN);
  const drawn = JSON.stringify(rows);
  const option = useMemo(() => {
    const bars: typeof rows = JSON.parse(drawn).reverse();
    return {
      aria: { enabled: true },
      tooltip: { trigger: 'axis' },
      grid: { left: 8, right: 16, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: 'value', axisLabel: { hideOverlap: true } },
      yAxis: { type: 'category', data: bars.map(({ said }) => said) },
      series: [{ name: t('card.weight'), type: 'bar', data: bars.map(({ weight }) => weight) }],
    };
  }, [drawn, t]);
  return (
    <>
      <Chart label={t('card.importances')} option={option} />
      <DataTable
        label={t('card.importances')}
        rows={rows}
        rowKey={({ name }) => name}
        minWidth={330}
        columns={[
          { key: 'name', title: t('card.feature'), show: ({ said }) => said, csv: ({ name }) => name },
          {
            key: 'weight',
            title: t('card.weight'),
            right: true,
            show: ({ weight }) => decimal(weight),
            csv: ({ weight }) => weight,
          },
        ]}
      />
    </>
  );
}

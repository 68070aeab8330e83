import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Card } from '@/api/intelligence';
import { useFormat } from '@/lib/useFormat';
import { Chart } from '@/ui/Chart';
import { DataTable } from '@/ui/DataTable';

type Point = NonNullable<Card['curve']>[number];

/** What was foretold against what happened, beside the diagonal. */
export function Curve({ points }: { points: Point[] }) {
  const { t } = useTranslation('intelligence');
  const format = useFormat();
  const most = Math.max(...points.flatMap(({ expected, happened }) => [expected, happened]));
  const option = useMemo(
    () => ({
      aria: { enabled: true },
      tooltip: { trigger: 'axis' },
      legend: { top: 0 },
      grid: { left: 8, right: 16, top: 40, bottom: 32, containLabel: true },
      xAxis: {
        type: 'value',
        name: t('card.expected'),
        nameLocation: 'middle',
        nameGap: 24,
        max: most,
        axisLabel: { hideOverlap: true },
      },
      yAxis: { type: 'value', name: t('card.observed') },
      series: [
        {
          name: t('card.curve'),
          type: 'line',
          data: points.map(({ expected, happened }) => [expected, happened]),
        },
        {
          name: t('card.perfect'),
          type: 'line',
          showSymbol: false,
          lineStyle: { type: 'dashed' },
          data: [
            [0, 0],
            [most, most],
          ],
        },
      ],
    }),
    [points, most, t],
  );
  return (
    <>
      <Chart label={t('card.curve')} option={option} />
      <DataTable<Point>
        label={t('card.curve')}
        rows={points}
        rowKey={({ expected }) => String(expected)}
        minWidth={330}
        columns={[
          {
            key: 'expected',
            title: t('card.expected'),
            right: true,
            show: ({ expected }) => format.percent(expected),
            csv: ({ expected }) => expected,
          },
          {
            key: 'happened',
            title: t('card.observed'),
            right: true,
            show: ({ happened }) => format.percent(happened),
            csv: ({ happened }) => happened,
          },
          {
            key: 'count',
            title: t('card.customers'),
            right: true,
            show: ({ count }) => format.number(count),
            csv: ({ count }) => count,
          },
        ]}
      />
    </>
  );
}

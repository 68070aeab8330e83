import { Stack, Text } from '@mantine/core';
import { IconTicketOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { promotions } from '@/api/promotions';
import { BudgetBars } from '@/promotions/BudgetBars';
import { type BurnPoint, burnDown, endsOn, watched } from '@/promotions/burn';
import { type PromotionView, toAmount } from '@/promotions/model';
import { useWritten } from '@/promotions/useWritten';
import { Chart } from '@/ui/Chart';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';

/** What is left of the budgets, and how it went down over the last thirty days. */
export function Burn({ shown }: { shown: PromotionView }) {
  const { t } = useTranslation('promotions');
  const { day } = useWritten();
  const found = useQuery({ ...promotions.burn([shown.id]), refetchInterval: 10_000 });
  const points = useMemo(() => burnDown(shown, found.data ?? [], 30), [shown, found.data]);
  const end = endsOn(points, shown);
  return (
    <Stack>
      <BudgetBars shown={shown} />
      {end && (
        <Text size="sm" data-testid="burn-end">
          {t('burn.ends', { day: day(end) })}
        </Text>
      )}
      {found.isPending && <Loading />}
      {found.error && <Problem error={found.error} retry={found.refetch} />}
      {found.data && <BurnChart shown={shown} points={points} />}
    </Stack>
  );
}

function BurnChart({ shown, points }: { shown: PromotionView; points: BurnPoint[] }) {
  const { t } = useTranslation('promotions');
  const { promotion } = shown;
  const budget = watched(shown);
  const falls = budget?.period === 'ever';
  const option = useMemo(() => {
    const value = (minor: number) => (budget?.of === 'amount' ? toAmount(minor, promotion.currency) : minor);
    const line = { name: t('burn.left'), type: 'line', showSymbol: false, areaStyle: { opacity: 0.15 } };
    const bars = { name: t('burn.day'), type: 'bar' };
    return {
      aria: { enabled: true },
      tooltip: { trigger: 'axis' },
      legend: { top: 0 },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      xAxis: { type: 'category', data: points.map(({ day }) => day.slice(5)) },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        ...(falls ? [{ ...line, data: points.map(({ left }) => value(left)) }] : []),
        { ...bars, data: points.map(({ uses, amount }) => value(budget?.of === 'amount' ? amount : uses)) },
      ],
    };
  }, [points, budget, falls, promotion.currency, t]);
  const used = points.some(({ uses }) => uses > 0);
  if (!used && !falls) return <Empty small icon={IconTicketOff} title={t('burn.none')} help={t('burn.noneHelp')} />;
  return <Chart label={t('burn.title')} option={option} height={260} />;
}

import { Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PromotionView } from './model';
import { useWritten } from './useWritten';

/** How much of each budget for all is used. */
export function BudgetBars({ shown, small = false }: { shown: PromotionView; small?: boolean }) {
  const { t } = useTranslation('promotions');
  const written = useWritten();
  const { budgets = [], currency, alert_percent: alert } = shown.promotion;
  const forAll = (budgets ?? []).filter(({ per }) => per === 'all');
  if (forAll.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('budget.none')}
      </Text>
    );
  return (
    <Stack gap={small ? 6 : 'sm'}>
      {forAll.map(({ of, period, limit }) => {
        const taken = shown.budgets.find(({ budget }) => budget === `${of}/all/${period}`)?.taken ?? 0;
        const say = (value: number) => (of === 'amount' ? written.amount(value, currency) : written.number(value));
        const share = Math.min(100, (taken / limit) * 100);
        const label = t('budget.used', { taken: say(taken), limit: say(limit) });
        return (
          <div key={`${of}/${period}`}>
            <Group justify="space-between" gap="xs" wrap="nowrap">
              <Text size="xs" className="figures">
                {label}
              </Text>
              <Text size="xs" c="dimmed">
                {t(`budget.${of}`)} {period === 'ever' ? '' : t(`period.${period}`)}
              </Text>
            </Group>
            <Progress
              value={share}
              color={share >= 100 ? 'red' : share >= alert ? 'orange' : 'teal'}
              aria-label={label}
              size={small ? 'sm' : 'md'}
            />
          </div>
        );
      })}
    </Stack>
  );
}

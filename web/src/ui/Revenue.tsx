import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';
import { useFormat } from '@/lib/useFormat';

type Format = Pick<ReturnType<typeof useFormat>, 'price'>;

/** The same in one line, for a file. */
export const revenueText = (amounts: Schemas['MoneyView'][], { price }: Format) =>
  amounts.map(({ amount, currency }) => price(amount, currency)).join('; ');

/** Amounts, each currency on a line of its own: they are never added. */
export function Revenue({ amounts }: { amounts: Schemas['MoneyView'][] }) {
  const { t } = useTranslation('home');
  const { price } = useFormat();
  const earned = amounts.filter(({ amount }) => amount !== 0);
  if (earned.length === 0) return '–';
  return earned.map(({ currency, amount }) => (
    <div key={currency ?? ''}>
      <span style={{ whiteSpace: 'nowrap' }}>{price(amount, currency)}</span>
      {currency === null && (
        <Text span size="xs" c="dimmed">
          {' '}
          {t('noCurrency')}
        </Text>
      )}
    </div>
  ));
}

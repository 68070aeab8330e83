import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { shop } from '@/api/shop';

/** Names of properties that hold money: as the server's list (domain/orders.py). */
const MONEY = new Set(['revenue', 'total', 'subtotal', 'value', 'price', 'tax', 'shipping', 'discount', 'amount']);

/** Whether a property, such as `products.price`, holds money. */
export const isMoney = (path: string) => MONEY.has(path.slice(path.lastIndexOf('.') + 1));

type Props = { value: string | null; onChange: (currency: string | null) => void };

/** In which currency a sum is; null is the shop's. Amounts of several are never added. */
export function CurrencyField({ value, onChange }: Props) {
  const { t } = useTranslation('conditions');
  const { data } = useQuery(shop.settings());
  const own = data?.currency ?? null;
  const others = [...new Set([...(data?.currencies ?? []), ...(value ? [value] : [])])].sort();
  return (
    <Select
      // the field writes a choice's label when the choice changes, not when the label does
      key={own ?? ''}
      size="xs"
      w={170}
      aria-label={t('currency.label')}
      data={[
        { value: '', label: own ? t('currency.own', { currency: own }) : t('currency.unknown') },
        ...others.map((each) => ({ value: each, label: each })),
      ]}
      value={value ?? ''}
      allowDeselect={false}
      onChange={(next) => onChange(next || null)}
    />
  );
}

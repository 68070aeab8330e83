import { NumberInput, type NumberInputProps, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { digitsOf, type Items, toAmount, toMinor } from './model';

type Rest = Omit<NumberInputProps, 'value' | 'onChange'>;
type MoneyProps = Rest & {
  currency: string;
  /** In minor units. */
  value: number | null | undefined;
  onChange: (minor: number | null) => void;
};

/** An amount as people write it; kept in minor units. */
export function MoneyInput({ currency, value, onChange, ...rest }: MoneyProps) {
  const places = digitsOf(currency);
  return (
    <NumberInput
      w={170}
      min={0}
      max={1e9}
      decimalScale={places}
      suffix={` ${currency}`}
      hideControls
      value={value === null || value === undefined ? '' : toAmount(value, currency)}
      onChange={(amount) => onChange(amount === '' ? null : toMinor(Number(amount), currency))}
      {...rest}
    />
  );
}

type WholeProps = Rest & { value: number | null | undefined; onChange: (value: number | null) => void };

/** A whole number. */
export function WholeInput({ value, onChange, ...rest }: WholeProps) {
  return (
    <NumberInput
      w={170}
      min={1}
      max={1e9}
      allowDecimal={false}
      thousandSeparator
      value={value ?? ''}
      onChange={(count) => onChange(count === '' ? null : Number(count))}
      {...rest}
    />
  );
}

type PercentProps = Rest & { value: number; onChange: (hundredths: number) => void };

/** A share as people write it; kept in hundredths of a percent. */
export function PercentInput({ value, onChange, ...rest }: PercentProps) {
  return (
    <NumberInput
      w={130}
      min={0.01}
      max={100}
      decimalScale={2}
      suffix=" %"
      value={value / 100}
      onChange={(share) => Number(share) > 0 && onChange(Math.round(Number(share) * 100))}
      {...rest}
    />
  );
}

type ItemsProps = { value: Items; onChange: (value: Items) => void };

/** Which lines of a cart: by category, brand or product. */
export function ItemsFields({ value, onChange }: ItemsProps) {
  const { t } = useTranslation('promotions');
  const names = ['categories', 'brands', 'products', 'without_categories', 'without_products'] as const;
  return names.map((name) => (
    <TagsInput
      key={name}
      label={t(`items.${name}`)}
      placeholder={t(name.startsWith('without') ? 'items.none' : 'items.all')}
      value={value[name] ?? []}
      onChange={(list) => onChange({ ...value, [name]: list })}
    />
  ));
}

import { NumberInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { localeOf } from '@/lib/locale';

type Props = {
  label: string;
  value: number | null;
  /** Those that the data names, the most frequent first. */
  currencies: string[];
  onChange: (value: number | null) => void;
};

/** An amount of money with its currency. Both "12.50" and "12,50" are read. */
export function MoneyField({ label, value, currencies, onChange }: Props) {
  const { t, i18n } = useTranslation('conditions');
  const language = localeOf(i18n.language);
  const [currency] = currencies;
  const several = currencies.length > 1;
  return (
    <div>
      <NumberInput
        size="xs"
        w={130}
        aria-label={currency ? `${label} (${currency})` : label}
        placeholder={label}
        decimalScale={2}
        decimalSeparator={separatorOf(language)}
        allowedDecimalSeparators={['.', ',']}
        hideControls
        leftSection={currency && <Text size="xs">{currency}</Text>}
        leftSectionWidth={currency ? 42 : undefined}
        leftSectionPointerEvents="none"
        value={value ?? ''}
        onChange={(next) => onChange(typeof next === 'number' ? next : next === '' ? null : Number(next))}
      />
      {several && (
        <Text size="xs" c="dimmed" maw={240} mt={2}>
          {t('severalCurrencies', { currencies: new Intl.ListFormat(language).format(currencies) })}
        </Text>
      )}
    </div>
  );
}

const separatorOf = (language: string) =>
  new Intl.NumberFormat(language).formatToParts(1.5).find((part) => part.type === 'decimal')?.value ?? '.';

import { Group, NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Comparison } from '@/api/types';
import { MoneyField } from '../fields/MoneyField';

const OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const;

type Props = {
  label: string;
  value: Comparison;
  /** Of an amount of money: its currencies. */
  money?: string[];
  onChange: (value: Comparison) => void;
};

export function ComparisonField({ label, value, money, onChange }: Props) {
  const { t } = useTranslation('conditions');
  return (
    <Group gap={6} wrap="nowrap">
      <Select
        size="xs"
        w={120}
        aria-label={`${label}: ${t('comparison')}`}
        data={OPERATORS.map((op) => ({ value: op, label: t(`comparisons.${op}`) }))}
        value={value.op}
        onChange={(op) => onChange({ ...value, op: (op ?? 'gte') as Comparison['op'] })}
      />
      {money ? (
        <MoneyField
          label={label}
          value={value.value}
          currencies={money}
          onChange={(next) => next !== null && onChange({ ...value, value: next })}
        />
      ) : (
        <NumberInput
          size="xs"
          w={80}
          aria-label={label}
          value={value.value}
          onChange={(next) => typeof next === 'number' && onChange({ ...value, value: next })}
        />
      )}
    </Group>
  );
}

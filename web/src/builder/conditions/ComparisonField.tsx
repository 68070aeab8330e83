import { Group, NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Comparison } from '@/api/types';

const OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const;

type Props = { label: string; value: Comparison; onChange: (value: Comparison) => void };

export function ComparisonField({ label, value, onChange }: Props) {
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
      <NumberInput
        size="xs"
        w={80}
        aria-label={label}
        value={value.value}
        onChange={(next) => typeof next === 'number' && onChange({ ...value, value: next })}
      />
    </Group>
  );
}

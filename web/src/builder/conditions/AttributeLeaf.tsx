import { Group, NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Operator } from '@/api/types';
import { OPERATORS } from '../fields/PropertyTests';
import { ValueField, valueFor } from '../fields/ValueField';
import type { LeafProps } from './leaf';

/** "Has a profile that ...": a field of the house, an attribute of the shop, or what was computed from events. */
export function AttributeLeaf({ leaf, change }: LeafProps<'attribute'>) {
  const { t } = useTranslation('conditions');
  const operators: Operator[] = [...OPERATORS, 'anniversary'];
  return (
    <Group gap={6} wrap="wrap">
      <Select
        size="xs"
        w={130}
        aria-label={t('comparison')}
        data={operators.map((op) => ({ value: op, label: t(`operators.${op}`) }))}
        value={leaf.op}
        onChange={(next) =>
          change({ ...leaf, op: (next ?? 'eq') as Operator, value: valueFor((next ?? 'eq') as Operator, leaf.value) })
        }
      />
      {leaf.op === 'anniversary' ? (
        <NumberInput
          size="xs"
          w={150}
          min={0}
          max={200}
          aria-label={t('years')}
          placeholder={t('anyYear')}
          suffix={` ${t('yearsAgo')}`}
          value={typeof leaf.value === 'number' ? leaf.value : ''}
          onChange={(years) => change({ ...leaf, value: typeof years === 'number' ? years : null })}
        />
      ) : (
        <ValueField
          op={leaf.op}
          value={leaf.value}
          of={{ property: leaf.name }}
          onChange={(value) => change({ ...leaf, value })}
        />
      )}
    </Group>
  );
}

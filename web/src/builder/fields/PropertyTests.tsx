import { ActionIcon, Button, Group, Select, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Operator, PropertyTest } from '@/api/types';
import { useKnownNames } from '../names';
import { Suggest } from './Suggest';
import { LISTS, UNARY, ValueField, valueFor } from './ValueField';

const OPERATORS: Operator[] = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'not_in',
  'contains',
  'starts_with',
  ...UNARY,
];

type Props = { event: string | null; value: PropertyTest[]; onChange: (value: PropertyTest[]) => void };

/** Tests of an event's properties, all of which must hold. */
export function PropertyTests({ event, value, onChange }: Props) {
  const { t } = useTranslation('conditions');
  const known = useKnownNames().properties[event ?? ''] ?? [];
  const put = (index: number, test: PropertyTest) => onChange(value.map((each, at) => (at === index ? test : each)));
  return (
    <Stack gap={6}>
      {value.map((test, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and none is moved
        <Group key={index} gap={6} wrap="nowrap" align="flex-start">
          <Suggest
            size="xs"
            aria-label={t('property')}
            placeholder={t('property')}
            data={known}
            value={test.property}
            onChange={(property) => put(index, { ...test, property })}
            miw={90}
          />
          <Select
            size="xs"
            aria-label={t('comparison')}
            data={OPERATORS.map((op) => ({ value: op, label: t(`operators.${op}`) }))}
            value={test.op}
            onChange={(next) => {
              const op = (next ?? 'eq') as PropertyTest['op'];
              put(index, { ...test, op, value: valueFor(op, test.value) });
            }}
            miw={96}
          />
          <ValueField op={test.op} value={test.value} onChange={(next) => put(index, { ...test, value: next })} />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="md"
            aria-label={t('removeTest')}
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          >
            <IconX size={14} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        w="fit-content"
        leftSection={<IconPlus size={12} />}
        onClick={() => onChange([...value, { property: known[0] ?? 'property', op: 'eq', value: '' }])}
      >
        {t('addTest')}
      </Button>
    </Stack>
  );
}

export { LISTS, OPERATORS };

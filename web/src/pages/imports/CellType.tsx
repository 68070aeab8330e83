import { Group, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Column, ColumnChange } from './Columns';

const TYPES = ['text', 'number', 'boolean', 'day', 'moment', 'list'] as const;
const DATED = ['timestamp', 'birth_date', 'consent_at'];

type Props = { column: Column; doubtful: boolean; onChange: (next: ColumnChange) => void };

/** What the cells of a column are; of numbers the decimal sign, of dates which of day and month comes first. */
export function CellType({ column, doubtful, onChange }: Props) {
  const { t } = useTranslation('imports');
  const own = column.field === 'attribute' || column.field === 'property';
  const dated =
    DATED.includes(column.field) || (own && (column.type === 'day' || column.type === 'moment' || doubtful));
  const types = TYPES.includes(column.type as (typeof TYPES)[number]) ? TYPES : ([column.type, ...TYPES] as const);
  return (
    <Group gap="xs" wrap="nowrap">
      {own && (
        <NativeSelect
          aria-label={t('typeOf', { column: column.name })}
          value={column.type}
          onChange={(event) => onChange({ type: event.currentTarget.value as ColumnChange['type'] })}
          data={types.map((value) => ({
            value,
            label: t(`types.${value}`),
            disabled: !TYPES.includes(value as 'text'),
          }))}
        />
      )}
      {own && column.type === 'number' && (
        <NativeSelect
          aria-label={t('pointOf', { column: column.name })}
          value={column.point === ',' ? ',' : '1,000.0'}
          onChange={(event) => onChange({ point: event.currentTarget.value as ColumnChange['point'] })}
          data={[
            { value: '1,000.0', label: '1,234.56' },
            { value: ',', label: '1.234,56' },
          ]}
        />
      )}
      {dated && (
        <NativeSelect
          aria-label={t('orderOf', { column: column.name })}
          value={column.order}
          onChange={(event) => onChange({ order: event.currentTarget.value as Column['order'] })}
          data={[
            { value: '', label: t('orderAuto') },
            { value: 'day', label: t('orderDay') },
            { value: 'month', label: t('orderMonth') },
          ]}
        />
      )}
    </Group>
  );
}

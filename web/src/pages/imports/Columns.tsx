import { NativeSelect, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';
import { useSay } from '@/lib/sentences';
import { CellType } from './CellType';
import { Dialect } from './Dialect';
import type { Asked, Inspection } from './Wizard';

export type Column = Inspection['columns'][number];
export type ColumnChange = Partial<Schemas['AskedColumn']>;

/** Each column, its first values, and what it is imported as. */
export function Columns(props: { seen: Inspection; asked: Asked; onChange: (asked: Asked) => void }) {
  const { seen, asked, onChange } = props;
  const { t } = useTranslation('imports');
  const say = useSay();
  function change(column: Column, next: ColumnChange) {
    const before = asked.columns?.[column.name];
    const field = next.field ?? column.field;
    const key = next.key ?? (next.field === 'consent' ? 'email' : next.field ? '' : column.key);
    const said = { order: '', type: '', point: '', ...before, ...next, field, key } as const;
    onChange({ ...asked, columns: { ...asked.columns, [column.name]: said } });
  }
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('mapping')}
      </Title>
      <Dialect seen={seen} asked={asked} onChange={onChange} />
      {seen.remembered && (
        <Text size="sm" c="dimmed">
          {t('remembered')}
        </Text>
      )}
      {seen.notes.map((note) => (
        <Text size="sm" key={note.text}>
          {say(note.text, note.said)}
        </Text>
      ))}
      {seen.columns.length > 0 && (
        <Table.ScrollContainer
          minWidth={760}
          scrollAreaProps={{ type: 'auto', viewportProps: { tabIndex: 0, 'aria-label': t('mapping') } }}
        >
          <Table aria-label={t('mapping')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('column')}</Table.Th>
                <Table.Th>{t('examples')}</Table.Th>
                <Table.Th>{t('importAs')}</Table.Th>
                <Table.Th>{t('attributeName')}</Table.Th>
                <Table.Th>{t('type')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {seen.columns.map((column) => (
                <Table.Tr key={column.name}>
                  <Table.Td fw={600}>{column.name}</Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    {(seen.samples[column.name] ?? []).join(', ')}
                  </Table.Td>
                  <Table.Td>
                    <NativeSelect
                      aria-label={t('fieldOf', { column: column.name })}
                      value={column.field}
                      onChange={(event) => change(column, { field: event.currentTarget.value })}
                      data={seen.fields.map((value) => ({ value, label: t(`fields.${value}` as 'fields.email') }))}
                    />
                  </Table.Td>
                  <Table.Td>
                    <Detail column={column} onChange={(next) => change(column, next)} />
                  </Table.Td>
                  <Table.Td>
                    <CellType
                      column={column}
                      doubtful={seen.notes.some((note) => note.code === 'open_order' && note.column === column.name)}
                      onChange={(next) => change(column, next)}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

type DetailProps = { column: Column; onChange: (next: ColumnChange) => void };

/** What else there is to say of a column: its name, or the channel of a consent. */
function Detail({ column, onChange }: DetailProps) {
  const { t } = useTranslation('imports');
  if (column.field === 'attribute' || column.field === 'property') {
    return (
      <TextInput
        key={column.key}
        aria-label={t('nameOf', { column: column.name })}
        defaultValue={column.key}
        onBlur={(event) => {
          const key = event.currentTarget.value.trim();
          if (key && key !== column.key) onChange({ key });
        }}
      />
    );
  }
  if (column.field !== 'consent') return null;
  const channels = ['email', 'sms', 'whatsapp', 'push', 'in_app'] as const;
  const topic = channels.includes(column.key as 'email') ? [] : [{ value: column.key, label: column.key }];
  return (
    <NativeSelect
      aria-label={t('channelOf', { column: column.name })}
      value={column.key}
      onChange={(event) => onChange({ key: event.currentTarget.value })}
      data={[...channels.map((value) => ({ value, label: t(`channels.${value}`) })), ...topic]}
    />
  );
}

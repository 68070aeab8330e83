import { NativeSelect, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Asked, Inspection } from './Wizard';

type Column = Inspection['columns'][number];

/** Each column, its first values, and what it is imported as. */
export function Columns(props: { seen: Inspection; asked: Asked; onChange: (asked: Asked) => void }) {
  const { seen, asked, onChange } = props;
  const { t } = useTranslation('imports');
  if (seen.columns.length === 0) return null;
  const separator = seen.separator === '\t' ? 'Tab' : seen.separator;
  function change(column: Column, next: { field?: string; key?: string; order?: Column['order'] }) {
    const before = asked.columns?.[column.name];
    const field = next.field ?? column.field;
    const key = next.key ?? (next.field === 'consent' ? 'email' : next.field ? '' : column.key);
    const rest = { field, key, order: next.order ?? before?.order ?? '', type: before?.type ?? '' };
    onChange({ ...asked, columns: { ...asked.columns, [column.name]: rest } });
  }
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('mapping')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('dialect', { separator, encoding: seen.encoding })} {seen.remembered && t('remembered')}
      </Text>
      {seen.notes.map((note) => (
        <Text size="sm" key={note.text}>
          {note.text}
        </Text>
      ))}
      <Table.ScrollContainer
        minWidth={520}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('mapping') } }}
      >
        <Table aria-label={t('mapping')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('column')}</Table.Th>
              <Table.Th>{t('examples')}</Table.Th>
              <Table.Th>{t('importAs')}</Table.Th>
              <Table.Th>{t('attributeName')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {seen.columns.map((column) => (
              <Table.Tr key={column.name}>
                <Table.Td fw={600}>{column.name}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{(seen.samples[column.name] ?? []).join(', ')}</Table.Td>
                <Table.Td>
                  <NativeSelect
                    aria-label={t('fieldOf', { column: column.name })}
                    value={column.field}
                    onChange={(event) => change(column, { field: event.currentTarget.value })}
                    data={seen.fields.map((value) => ({ value, label: t(`fields.${value}` as 'fields.email') }))}
                  />
                </Table.Td>
                <Table.Td>
                  <Detail column={column} kind={seen.kind} onChange={(next) => change(column, next)} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

type DetailProps = {
  column: Column;
  kind: string;
  onChange: (next: { key?: string; order?: Column['order'] }) => void;
};

/** What else there is to say of a column: its name, the channel of a consent, the order of a date. */
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
  if (column.field === 'consent') {
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
  if (column.field !== 'timestamp' && column.field !== 'birth_date' && column.field !== 'consent_at') return null;
  return (
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
  );
}

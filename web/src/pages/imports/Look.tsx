import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSay } from '@/lib/sentences';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import type { Inspection } from './Wizard';

const inWords = (values: Record<string, unknown>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');

/** How many rows would be refused and why, and the first rows as they will be stored. */
export function Look({ seen }: { seen: Inspection }) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  const say = useSay();
  if (seen.looked_at === 0) return null;
  const figures = {
    count: seen.looked_at,
    refused: format.number(seen.refused),
    noted: format.number(seen.noted),
  };
  return (
    <Stack gap="xs">
      <Text fw={600}>{t(seen.whole ? 'checked' : 'checkedPart', figures)}</Text>
      {seen.reasons.length > 0 && (
        <DataTable
          label={t('why')}
          rows={seen.reasons}
          rowKey={({ reason, taken }) => `${reason} ${taken}`}
          minWidth={300}
          columns={[
            { key: 'rows', title: t('rows'), right: true, show: ({ rows }) => format.number(rows) },
            { key: 'reason', title: t('reason'), show: ({ reason, said }) => say(reason, said) },
          ]}
        />
      )}
      <Title order={2} size="h4">
        {t('preview')}
      </Title>
      <DataTable
        label={t('preview')}
        rows={seen.preview}
        rowKey={({ row }) => String(row)}
        minWidth={480}
        columns={[
          { key: 'row', title: t('row'), right: true, show: ({ row }) => row },
          { key: 'customer', title: t('customer'), show: ({ customer }) => customer },
          {
            key: 'values',
            title: t('values'),
            show: ({ event, values, consents }) =>
              [event, inWords(values), inWords(consents)].filter(Boolean).join(' · '),
          },
          {
            key: 'problems',
            title: t('problems'),
            show: ({ reason, reason_said, notes, notes_said }) =>
              say(reason, reason_said) || notes.map((note, place) => say(note, notes_said[place])).join('; '),
          },
        ]}
      />
    </Stack>
  );
}

import { Button, Group, Table, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Cell, download, toCsv } from '@/lib/csv';

export type Column<Row> = {
  key: string;
  title: string;
  /** What the table shows. */
  show: (row: Row) => ReactNode;
  /** What the file holds; without it the column is not in the file. */
  csv?: (row: Row) => Cell;
  right?: boolean;
};

type Props<Row> = {
  /** What the table is about, for those who don't see it; the file's name. */
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  minWidth?: number;
  empty?: string;
};

/** A table whose figures can be taken away as CSV. */
export function DataTable<Row>({ label, columns, rows, rowKey, minWidth = 480, empty }: Props<Row>) {
  const { t } = useTranslation();
  const written = columns.filter((column) => column.csv);

  function save() {
    const lines = rows.map((row) => written.map((column) => column.csv?.(row)));
    const head = written.map((column) => column.title);
    download(`${label.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.csv`, toCsv(head, lines));
  }

  if (rows.length === 0) return <Text c="dimmed">{empty ?? t('nothing')}</Text>;
  return (
    <>
      <Table.ScrollContainer
        minWidth={minWidth}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}
      >
        <Table verticalSpacing="xs" highlightOnHover aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column.key} ta={column.right ? 'right' : undefined}>
                  {column.title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={rowKey(row)}>
                {columns.map((column) => (
                  <Table.Td
                    key={column.key}
                    ta={column.right ? 'right' : undefined}
                    className={column.right ? 'figures' : undefined}
                  >
                    {column.show(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {written.length > 0 && (
        <Group justify="flex-end" mt="xs">
          <Button size="xs" variant="default" leftSection={<IconDownload size={14} />} onClick={save}>
            {t('csv')}
          </Button>
        </Group>
      )}
    </>
  );
}

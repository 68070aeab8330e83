import { Group, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell } from '@/lib/csv';
import { CsvButton } from './CsvButton';

export type Column<Row> = {
  key: string;
  title: string;
  /** What the table shows; without it the column is for the file alone. */
  show?: (row: Row) => ReactNode;
  /** What the file holds; without it the column is not in the file. */
  csv?: (row: Row) => Cell;
  right?: boolean;
  /** Left out on a telephone. */
  wide?: boolean;
  /** The title is for the file and for those who don't see the table. */
  untitled?: boolean;
};

type Props<Row> = {
  /** What the table is about, for those who don't see it; the file's name. */
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  minWidth?: number;
  empty?: string;
  /** All rows, where the table shows the first pages of them. */
  everything?: () => Promise<Row[]>;
};

/** A table that can be taken away as CSV. */
export function DataTable<Row>(props: Props<Row>) {
  const { label, columns, rows, rowKey, minWidth = 480, empty, everything } = props;
  const { t } = useTranslation();
  const shown = columns.filter((column) => column.show);
  const written = columns.flatMap(({ title, csv }) => (csv ? [{ title, csv }] : []));
  if (rows.length === 0) return <Text c="dimmed">{empty ?? t('nothing')}</Text>;
  return (
    <div>
      <Table.ScrollContainer
        minWidth={minWidth}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}
      >
        <Table verticalSpacing="xs" highlightOnHover highlightOnHoverColor="var(--row-hover)" aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {shown.map((column) => (
                <Table.Th key={column.key} {...place(column)}>
                  {column.untitled ? <span className="visually-hidden">{column.title}</span> : column.title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={rowKey(row)}>
                {shown.map((column) => (
                  <Table.Td key={column.key} {...place(column)} className={column.right ? 'figures' : undefined}>
                    {column.show?.(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {written.length > 0 && (
        <Group justify="flex-end" mt="xs">
          <CsvButton label={label} columns={written} rows={everything ?? (() => rows)} />
        </Group>
      )}
    </div>
  );
}

const place = ({ right, wide }: { right?: boolean; wide?: boolean }) => ({
  ta: right ? ('right' as const) : undefined,
  visibleFrom: wide ? 'sm' : undefined,
});

import { Checkbox, Group, Table, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSelector } from '@tabler/icons-react';
import type { MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Cell } from '@/lib/csv';
import { CsvButton } from './CsvButton';
import { inOrder } from './inOrder';

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
  /** What rows are sorted by, the largest first; without it the column is not for sorting. Null comes last. */
  sort?: (row: Row) => string | number | null;
};

export type Sorting = { key: string; descending: boolean };

/** Rows chosen for an action, by their keys. */
export type Selection<Row> = {
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
  /** What a row is called, for its box. */
  name: (row: Row) => string;
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
  /** Where a click on a row leads; the row holds a link there as well, for the keyboard and a new tab. */
  rowLink?: (row: Row) => string;
  sorting?: Sorting;
  onSort?: (sorting: Sorting) => void;
  selection?: Selection<Row>;
};

/** A table that can be taken away as CSV. */
export function DataTable<Row>(props: Props<Row>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    minWidth = 480,
    empty,
    everything,
    rowLink,
    sorting,
    onSort,
    selection,
  } = props;
  const { t } = useTranslation();
  const shown = columns.filter((column) => column.show);
  const ordered = inOrder(rows, columns, sorting);
  const follow = useFollow();
  const written = columns.flatMap(({ title, csv }) => (csv ? [{ title, csv }] : []));
  if (rows.length === 0) return <Text c="dimmed">{empty ?? t('nothing')}</Text>;
  return (
    <div>
      <Table.ScrollContainer
        minWidth={minWidth}
        scrollAreaProps={{ type: 'auto', viewportProps: { tabIndex: 0, 'aria-label': label } }}
      >
        <Table verticalSpacing={6} highlightOnHover highlightOnHoverColor="var(--row-hover)" aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {selection && <ChooseAll rows={ordered} rowKey={rowKey} selection={selection} />}
              {shown.map((column) => (
                <Head key={column.key} column={column} sorting={sorting} onSort={onSort} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ordered.map((row) => (
              <Table.Tr
                key={rowKey(row)}
                style={rowLink && { cursor: 'pointer' }}
                onClick={rowLink && ((event) => follow(event, rowLink(row)))}
              >
                {selection && <ChooseOne row={row} rowKey={rowKey} selection={selection} />}
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
          <CsvButton label={label} columns={written} rows={everything ?? (() => ordered)} />
        </Group>
      )}
    </div>
  );
}

type ChoiceProps<Row> = { rowKey: (row: Row) => string; selection: Selection<Row> };

function ChooseAll<Row>({ rows, rowKey, selection }: ChoiceProps<Row> & { rows: Row[] }) {
  const { t } = useTranslation();
  const { chosen, onChange } = selection;
  const count = rows.filter((row) => chosen.has(rowKey(row))).length;
  const all = count === rows.length;
  return (
    <Table.Th w={36}>
      <Checkbox
        size="xs"
        aria-label={t('selectAll')}
        checked={all}
        indeterminate={count > 0 && !all}
        onChange={() => onChange(new Set(all ? [] : rows.map(rowKey)))}
      />
    </Table.Th>
  );
}

function ChooseOne<Row>({ row, rowKey, selection }: ChoiceProps<Row> & { row: Row }) {
  const { t } = useTranslation();
  const { chosen, onChange, name } = selection;
  const key = rowKey(row);
  const others = [...chosen].filter((each) => each !== key);
  return (
    <Table.Td>
      <Checkbox
        size="xs"
        aria-label={t('select', { name: name(row) })}
        checked={chosen.has(key)}
        onChange={() => onChange(new Set(chosen.has(key) ? others : [...others, key]))}
      />
    </Table.Td>
  );
}

const place = ({ right, wide }: { right?: boolean; wide?: boolean }) => ({
  ta: right ? ('right' as const) : undefined,
  visibleFrom: wide ? 'sm' : undefined,
});

/** Leads on by a click anywhere on a row that hit no link or button, and marked no text. */
function useFollow(): (event: MouseEvent, to: string) => void {
  const navigate = useNavigate();
  return (event, to) => {
    const hit = event.target instanceof Element && event.target.closest('a, button, input, label');
    if (hit || event.defaultPrevented || window.getSelection()?.toString()) return;
    navigate(to);
  };
}

type HeadProps<Row> = { column: Column<Row>; sorting?: Sorting; onSort?: (sorting: Sorting) => void };

function Head<Row>({ column, sorting, onSort }: HeadProps<Row>) {
  const { key, title, untitled, sort } = column;
  if (!sort || !onSort)
    return (
      <Table.Th {...place(column)}>{untitled ? <span className="visually-hidden">{title}</span> : title}</Table.Th>
    );
  const mine = sorting?.key === key ? sorting : undefined;
  const Mark = !mine ? IconSelector : mine.descending ? IconChevronDown : IconChevronUp;
  return (
    <Table.Th {...place(column)} aria-sort={!mine ? 'none' : mine.descending ? 'descending' : 'ascending'}>
      <UnstyledButton
        fw="inherit"
        fz="inherit"
        onClick={() => onSort({ key, descending: !mine?.descending })}
        style={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}
      >
        {title}
        <Mark size={14} aria-hidden style={{ flexShrink: 0 }} />
      </UnstyledButton>
    </Table.Th>
  );
}

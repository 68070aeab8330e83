import { expect, it } from 'vitest';
import type { Column } from './DataTable';
import { inOrder } from './inOrder';

type Row = { name: string; sent: number | null };
const rows: Row[] = [
  { name: 'b', sent: 2 },
  { name: 'a', sent: null },
  { name: 'C', sent: 10 },
];
const columns: Column<Row>[] = [
  { key: 'name', title: '', sort: ({ name }) => name },
  { key: 'sent', title: '', sort: ({ sent }) => sent },
  { key: 'other', title: '' },
];
const names = (key: string, descending: boolean) => inOrder(rows, columns, { key, descending }).map(({ name }) => name);

it('sorts numbers as numbers and names as people do, nothing last', () => {
  expect(names('sent', true)).toEqual(['C', 'b', 'a']);
  expect(names('sent', false)).toEqual(['b', 'C', 'a']);
  expect(names('name', false)).toEqual(['a', 'b', 'C']);
});

it('leaves rows as they are where nothing sorts them', () => {
  expect(names('other', true)).toEqual(['b', 'a', 'C']);
  expect(inOrder(rows, columns, undefined)).toBe(rows);
});

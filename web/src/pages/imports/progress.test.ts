import { expect, it } from 'vitest';
import { formatOf, progressOf } from './progress';

it.each([
  ['a.csv', 'csv'],
  ['A.CSV', 'csv'],
  ['x.y.jsonl', 'ndjson'],
  ['x.ndjson', 'ndjson'],
  ['x.json', 'ndjson'],
  ['x.parquet', 'parquet'],
  ['x.xlsx', 'xlsx'],
  ['x.XLS', 'xlsx'],
  ['x.ods', 'xlsx'],
  ['x.csv.gz', 'csv'],
  ['x.ndjson.gz', 'ndjson'],
  ['export.zip', 'csv'],
  ['x.pdf', null],
  ['csv', 'csv'],
  ['', null],
])('knows the format of %s', (name, format) => {
  expect(formatOf(name)).toBe(format);
});

it.each([
  [{ read: 5, row_count: 10, offset: 0, size: 99 }, 50],
  [{ read: 5, row_count: null, offset: 25, size: 100 }, 25],
  [{ read: 0, row_count: null, offset: 0, size: 0 }, 0],
  [{ read: 12, row_count: 10, offset: 0, size: 0 }, 100],
])('%j is at %i %%', (given, percent) => {
  expect(progressOf(given)).toBe(percent);
});

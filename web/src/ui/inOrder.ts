import type { Column, Sorting } from './DataTable';

/** Rows as they are sorted; those without a value come last either way, equal ones stay as they were. */
export function inOrder<Row>(rows: Row[], columns: Column<Row>[], sorting: Sorting | undefined): Row[] {
  const value = columns.find(({ key }) => key === sorting?.key)?.sort;
  if (!sorting || !value) return rows;
  const sign = sorting.descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (typeof a === 'string' && typeof b === 'string' ? a.localeCompare(b) : Number(a) - Number(b));
  });
}

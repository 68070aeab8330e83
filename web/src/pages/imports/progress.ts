import type { Schemas } from '@/api/types';

type Import = Schemas['ImportView'];

export const isUnderWay = ({ state }: Pick<Import, 'state'>) => ['uploading', 'queued', 'running'].includes(state);

/** How far a file is, in per cent: by rows where their number is known, else by bytes. */
export function progressOf(given: Pick<Import, 'read' | 'row_count' | 'offset' | 'size'>): number {
  const [done, all] = given.row_count ? [given.read, given.row_count] : [given.offset, given.size];
  return all > 0 ? Math.min(100, (100 * done) / all) : 0;
}

const FORMATS = { csv: 'csv', ndjson: 'ndjson', jsonl: 'ndjson', parquet: 'parquet' } as const;

/** A file's format by its name; null for one that can't be taken. */
export function formatOf(name: string): 'csv' | 'ndjson' | 'parquet' | null {
  const ending = name.toLowerCase().split('.').pop() ?? '';
  return ending in FORMATS ? FORMATS[ending as keyof typeof FORMATS] : null;
}

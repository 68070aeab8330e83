import type { Schemas } from '@/api/types';

type Import = Schemas['ImportView'];

export const isUnderWay = ({ state }: Pick<Import, 'state'>) => ['uploading', 'queued', 'running'].includes(state);

/** How far a file is, in per cent: by rows where their number is known, else by bytes. */
export function progressOf(given: Pick<Import, 'read' | 'row_count' | 'offset' | 'size'>): number {
  const [done, all] = given.row_count ? [given.read, given.row_count] : [given.offset, given.size];
  return all > 0 ? Math.min(100, (100 * done) / all) : 0;
}

const FORMATS = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  xlsx: 'xlsx',
  xls: 'xlsx',
  ods: 'xlsx',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'ndjson',
  parquet: 'parquet',
} as const;

/** A file's format by its name, compressed or not; null for one that can't be taken. */
export function formatOf(name: string): (typeof FORMATS)[keyof typeof FORMATS] | null {
  const parts = name.toLowerCase().split('.');
  const packed = parts.at(-1) === 'gz' || parts.at(-1) === 'zip';
  if (packed) parts.pop();
  const ending = parts.length > 1 || !packed ? (parts.pop() ?? '') : '';
  if (ending in FORMATS) return FORMATS[ending as keyof typeof FORMATS];
  return packed ? 'csv' : null;
}

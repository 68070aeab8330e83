import type { Schemas } from '@/api/types';
import type { Said } from '@/lib/sentences';
import { isUnderWay } from '../imports/progress';

type Import = Schemas['ImportView'];

/** What a file without a row to show for it came to; null while that is not known, or not so. */
export function verdictOf(given: Pick<Import, 'state' | 'refused' | 'taken' | 'repeated'>) {
  if (isUnderWay(given) || given.refused > 0) return null;
  return given.taken + given.repeated > 0 ? 'nothingRefused' : 'noneImported';
}

/** What was read of the refused rows before the end says nothing about the end: it is asked anew as the file is read. */
export const rejectsKey = (given: Pick<Import, 'id' | 'state' | 'read'>) => [
  'imports',
  given.id,
  'rejects',
  given.state,
  given.read,
];

export type Reject = { row: number; taken: boolean; reason: string; said?: Said; raw: string };

/** What the API writes, a JSON object a line. */
export function rejectsOf(lines: string): Reject[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { raw, ...said } = JSON.parse(line);
      return { ...said, raw: typeof raw === 'string' ? raw : JSON.stringify(raw) };
    });
}

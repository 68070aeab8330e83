import type { Said } from '@/lib/sentences';

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

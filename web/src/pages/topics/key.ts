import { slugOf } from '../campaigns/slug';

/** A topic's key from its name, as short as campaigns and links like it. */
export const keyOf = slugOf;

export type KeyFault = 'missing' | 'wrong' | 'taken';

/** What is wrong with the key of a new topic. One that is taken would overwrite that topic. */
export function keyFault(key: string, taken: string[]): KeyFault | null {
  if (key === '') return 'missing';
  if (!/^[A-Za-z0-9_.-]{1,80}$/.test(key)) return 'wrong';
  return taken.includes(key) ? 'taken' : null;
}

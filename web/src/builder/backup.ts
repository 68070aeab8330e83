import type { Flow } from '@/api/types';

/** What is not saved yet is kept in the browser: a closed tab or a lost connection loses nothing. */
export type Backup = { base: Flow; revision: number; flow: Flow };

const nameOf = (slug: string) => `campaign-flow-draft:${slug}`;

export function writeBackup(slug: string, backup: Backup): void {
  try {
    localStorage.setItem(nameOf(slug), JSON.stringify(backup));
  } catch {
    // The store is full or forbidden: the draft is still saved to the server as usual.
  }
}

export function readBackup(slug: string): Backup | null {
  try {
    return JSON.parse(localStorage.getItem(nameOf(slug)) ?? 'null') as Backup | null;
  } catch {
    return null;
  }
}

export function dropBackup(slug: string): void {
  localStorage.removeItem(nameOf(slug));
}

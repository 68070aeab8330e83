/** What can be undone and redone. Edits of one `key` that follow each other (typing in a field) count as one. */
export type History<T> = { past: T[]; present: T; future: T[]; key: string | null };

const LIMIT = 200;

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], key: null };
}

export function record<T>(history: History<T>, next: T, key: string | null = null): History<T> {
  if (next === history.present) return history;
  const together = key !== null && key === history.key;
  const past = together ? history.past : [...history.past, history.present].slice(-LIMIT);
  return { past, present: next, future: [], key };
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
    key: null,
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future, key: null };
}

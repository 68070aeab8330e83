import { useSyncExternalStore } from 'react';

/** Whether the API answered the last time that it was asked. */
let reachable = true;
const listeners = new Set<() => void>();

export function noteReachable(next: boolean): void {
  if (next === reachable) return;
  reachable = next;
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useReachable = () => useSyncExternalStore(listen, () => reachable);

import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Channel } from '@/api/types';

/** Which customers the list shows, and from which end; what is left out does not narrow. */
export type Filter = {
  search?: string;
  tag?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  /** A saved segment's id. */
  segment?: string;
  /** Those whom marketing can reach on it. */
  reachable?: Channel;
  order?: 'oldest' | 'name';
};

const KEYS = ['search', 'tag', 'country', 'segment', 'reachable', 'order'] as const;

/** Whether the filter leaves anybody out. */
export const narrows = ({ order: _, ...filter }: Filter) => Object.values(filter).some(Boolean);

/** The list's filter, in the address as well: a link leads to the same list, and so does the way back. */
export function useFilter(): [Filter, (filter: Filter) => void] {
  const [params, setParams] = useSearchParams();
  const [filter, setFilter] = useState<Filter>(() => present((key) => params.get(key)));
  function change(next: Filter) {
    const kept = present((key) => next[key]);
    setFilter(kept);
    setParams(kept as Record<string, string>, { replace: true });
  }
  return [filter, change];
}

function present(read: (key: (typeof KEYS)[number]) => string | null | undefined): Filter {
  return Object.fromEntries(KEYS.flatMap((key) => (read(key) ? [[key, read(key)]] : [])));
}

import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Filter } from './filter';

/**
 * The list's filter, written to the address as well: a link leads to the same list, and so does the way back.
 * The address follows the state and not the other way round: it changes too late for a field that is typed into.
 */
export function useFilter(): [Filter, (filter: Filter) => void] {
  const [params, setParams] = useSearchParams();
  const [filter, setFilter] = useState<Filter>(() => read(params));
  function change(next: Filter) {
    setFilter(next);
    setParams(written(next), { replace: true });
  }
  return [filter, change];
}

function read(params: URLSearchParams): Filter {
  return {
    search: params.get('search') ?? undefined,
    status: params.get('status') ?? undefined,
    folder: params.get('folder') ?? undefined,
    tags: params.getAll('tag'),
  };
}

function written({ search, status, folder, tags = [] }: Filter): URLSearchParams {
  const params = new URLSearchParams();
  if (search) params.set('search', search);
  if (status) params.set('status', status);
  if (folder) params.set('folder', folder);
  for (const tag of tags) params.append('tag', tag);
  return params;
}

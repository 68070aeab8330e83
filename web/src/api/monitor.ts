import { queryOptions } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, take } from './client';
import { follow, type LiveState } from './live';
import type { Schemas } from './types';

type Monitor = Schemas['MonitorView'];

const of = (slug: string, run: string | null) => ({
  params: { path: { slug }, query: run ? { run_id: run } : {} },
});

export const monitor = {
  now: (slug: string, run: string | null) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'monitor', run],
      queryFn: () => take(api.GET('/campaigns/{slug}/monitor', of(slug, run))),
    }),
  series: (slug: string, run: string | null, node: string | null) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'series', run, node],
      queryFn: () =>
        take(
          api.GET('/campaigns/{slug}/monitor/series', {
            params: { path: { slug }, query: { ...(run ? { run_id: run } : {}), ...(node ? { node } : {}) } },
          }),
        ),
      refetchInterval: 5_000,
    }),
  runs: (slug: string) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'compared'],
      queryFn: () =>
        take(api.GET('/campaigns/{slug}/monitor/runs', { params: { path: { slug }, query: { limit: 60 } } })),
      refetchInterval: 5_000,
    }),
};

/** The campaign's figures as they change; null until the first are there. */
export function useLiveFigures(slug: string, run: string | null): { live: Monitor | null; state: LiveState } {
  const [live, setLive] = useState<Monitor | null>(null);
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const stop = new AbortController();
    setLive(null);
    setState('connecting');
    const path = `/campaigns/${slug}/monitor/stream${run ? `?run_id=${run}` : ''}`;
    void follow(path, (data) => setLive(JSON.parse(data)), setState, stop.signal);
    return () => stop.abort();
  }, [slug, run]);
  return { live, state };
}

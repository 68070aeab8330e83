import { queryOptions } from '@tanstack/react-query';
import { api, take } from '@/api/client';
import type { Condition } from '@/api/types';

/** How many customers meet a condition now. */
export const segmentSize = (condition: Condition) =>
  queryOptions({
    queryKey: ['segment-size', condition],
    queryFn: () => take(api.POST('/segments/preview', { body: { condition, sample: 0, exact: false } })),
    staleTime: 30_000,
    retry: false,
  });

export const inSegment = (id: string): Condition => ({ kind: 'segment', segment_id: id }) as Condition;
export const inBoth = (a: string, b: string): Condition =>
  ({ kind: 'all', of: [inSegment(a), inSegment(b)] }) as Condition;

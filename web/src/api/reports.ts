import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

export type FunnelQuestion = Schemas['FunnelQuestion'];
export type FunnelAnswer = Schemas['FunnelView'];
export type AttributionQuestion = Schemas['AttributionQuestion'];
export type Attribution = Schemas['AttributionView'];

export const reports = {
  funnel: (body: FunnelQuestion) =>
    queryOptions({ queryKey: ['reports', 'funnel', body], queryFn: () => take(api.POST('/reports/funnel', { body })) }),
  attribution: (body: AttributionQuestion) =>
    queryOptions({
      queryKey: ['reports', 'attribution', body],
      queryFn: () => take(api.POST('/reports/attribution', { body })),
    }),
  keepStopped: (body: Schemas['StoppedSegment']) => take(api.POST('/reports/funnel/segment', { body })),
};

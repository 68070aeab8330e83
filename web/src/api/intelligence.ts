import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

export type Model = Schemas['ModelSummary'];
export type Outcome = Schemas['TrainingRunView'];
export type Clusters = Schemas['ClustersView'];
export type Cluster = Schemas['ClusterView'];

export type Estimate = { value: number; low: number; high: number };
/** Figures by name; some come with an interval. */
export type Metrics = Record<string, number | Estimate>;

/** What a card holds depends on what was learned: every part may be missing. */
export type Card = {
  learned_from?: { customers?: number; moments?: string[]; share?: number };
  judged_on?: { customers?: number; days?: number; moment?: string; share?: number };
  beside?: Record<string, Metrics>;
  curve?: { expected: number; happened: number; count: number }[];
  importances?: Record<string, number>;
  /** Of best hours: whether hours of one's own foretell better than everybody's. */
  personal?: boolean;
};

export type Drift = { at?: string; customers?: number; score?: number; features?: Record<string, number> };

export const intelligence = {
  models: (score?: string) =>
    queryOptions({
      queryKey: ['models', { score }],
      queryFn: () => take(api.GET('/models', { params: { query: { score } } })),
    }),
  model: (id: string) =>
    queryOptions({
      queryKey: ['models', id],
      queryFn: () => take(api.GET('/models/{model_id}', { params: { path: { model_id: id } } })),
    }),
  outcomes: () => queryOptions({ queryKey: ['models', 'outcomes'], queryFn: () => take(api.GET('/training-runs')) }),
  clusters: () => queryOptions({ queryKey: ['clusters'], queryFn: () => take(api.GET('/clusters')), retry: false }),
  scores: (customer: string) =>
    queryOptions({
      queryKey: ['customer', customer, 'scores'],
      queryFn: () => take(api.GET('/customers/{customer}/scores', { params: { path: { customer } } })),
    }),
};

export const train = () => take(api.POST('/training-runs', { body: {} }));
export const score = () => take(api.POST('/scoring-runs'));
export const promote = (id: string) =>
  take(api.POST('/models/{model_id}/promote', { params: { path: { model_id: id } } }));
export const rollBack = (name: string) => take(api.POST('/scores/{name}/rollback', { params: { path: { name } } }));

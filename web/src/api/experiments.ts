import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

export type Experiment = Schemas['ExperimentView'];
export type ExperimentItem = Schemas['ExperimentItem'];
export type Effect = Schemas['EffectView'];
export type Metric = Schemas['ExperimentMetric'];
export type Plan = Schemas['ExperimentPlan'];
export type Stage = Schemas['ExperimentStage'];
/** What an operator or marketer does with one. */
export const STEPS = ['start', 'stop', 'roll-back', 'fold', 'archive', 'restore'] as const;
export type Step = (typeof STEPS)[number];

const at = (id: string) => ({ params: { path: { experiment_id: id } } });
const EVERY_MS = 5_000;
const SLOWLY_MS = 60_000;

export const experiments = {
  one: (id: string) =>
    queryOptions({
      queryKey: ['experiments', id],
      queryFn: () => take(api.GET('/experiments/{experiment_id}', at(id))),
      refetchInterval: ({ state }) => (state.data && isLive(state.data.state) ? EVERY_MS : SLOWLY_MS),
    }),
  days: (id: string) =>
    queryOptions({
      queryKey: ['experiments', id, 'days'],
      queryFn: () => take(api.GET('/experiments/{experiment_id}/days', at(id))),
      staleTime: SLOWLY_MS,
    }),
  segment: (id: string, segment: string) =>
    queryOptions({
      queryKey: ['experiments', id, 'segment', segment],
      queryFn: () =>
        take(
          api.GET('/experiments/{experiment_id}/segments/{segment_id}', {
            params: { path: { experiment_id: id, segment_id: segment } },
          }),
        ),
      staleTime: SLOWLY_MS,
    }),
  ofSplit: (campaign: string, node: string) =>
    queryOptions({
      queryKey: ['experiments', 'split', campaign, node],
      queryFn: () => readPage({ campaign, node_id: node, limit: 20 }),
    }),
};

/** Whether it is looked at. */
export const isLive = (state: Experiment['state']) => state === 'running' || state === 'ramping';

type Query = {
  cursor?: string;
  limit: number;
  search?: string;
  stage?: Stage;
  campaign?: string;
  node_id?: string;
};

export const readPage = (query: Query) => take(api.GET('/experiments', { params: { query } }));
export const createExperiment = (body: Schemas['ExperimentCreate']) => take(api.POST('/experiments', { body }));
export const saveExperiment = (id: string, body: Schemas['ExperimentUpdate']) =>
  take(api.PATCH('/experiments/{experiment_id}', { ...at(id), body }));
export const step = (id: string, which: Step) => take(api.POST(`/experiments/{experiment_id}/${which}`, at(id)));
export const promoteArm = (id: string, arm: string) =>
  take(api.POST('/experiments/{experiment_id}/promote', { ...at(id), body: { arm } }));
export const looksTable = (id: string) =>
  take(api.GET('/experiments/{experiment_id}/looks.csv', { ...at(id), parseAs: 'text' }));
export const askPower = (body: Schemas['PowerQuestion']) => take(api.POST('/experiments/power', { body }));
export const askTraffic = (body: Schemas['TrafficQuestion']) => take(api.POST('/experiments/traffic', { body }));

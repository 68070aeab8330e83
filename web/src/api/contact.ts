import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

export type Topic = Schemas['TopicView'];
export type Suppression = Schemas['SuppressionView'];
export type SuppressedAddress = Schemas['SuppressionBody'];

export type PossibleOptOut = Schemas['PossibleOptOutView'];
export type Decision = 'confirm' | 'dismiss';

export const contact = {
  policy: () => queryOptions({ queryKey: ['contact-policy'], queryFn: () => take(api.GET('/contact-policy')) }),
  topics: () => queryOptions({ queryKey: ['topics'], queryFn: () => take(api.GET('/topics')) }),
};

/** Saves limits that were read at `revision`. ApiError 409 when somebody was faster. */
export const savePolicy = (policy: Schemas['ContactPolicy'], revision: number) =>
  take(api.PUT('/contact-policy', { body: { policy, revision } }));

export const saveTopic = (topic: string, body: Schemas['TopicBody']) =>
  take(api.PUT('/topics/{topic}', { params: { path: { topic } }, body }));

export const deleteTopic = (topic: string) => take(api.DELETE('/topics/{topic}', { params: { path: { topic } } }));

export const suppress = (body: SuppressedAddress) => take(api.POST('/suppressions', { body }));

export const lift = (body: SuppressedAddress) => take(api.POST('/suppressions/lift', { body }));

/** Decides whether a reply was an opt-out. ApiError 409 when somebody decided already. */
export const decideOptOut = (entry_id: string, decision: Decision) => {
  const params = { path: { entry_id } };
  return take(
    decision === 'confirm'
      ? api.POST('/possible-opt-outs/{entry_id}/confirm', { params })
      : api.POST('/possible-opt-outs/{entry_id}/dismiss', { params }),
  );
};

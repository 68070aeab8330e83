import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

export type Broadcast = Schemas['BroadcastView'];
export type BroadcastItem = Schemas['BroadcastItem'];
/** What its author said of it. */
export type Definition = Broadcast['broadcast'];
export type Timing = NonNullable<Schemas['Broadcast']['timing']>;

const at = (id: string) => ({ params: { path: { broadcast_id: id } } });
const MOVING_MS = 2_000;
const STILL_MS = 30_000;

/** How soon to look again: often while it moves. */
export const lookAgain = (kind: string | undefined) => (kind === 'sending' ? MOVING_MS : STILL_MS);

export const broadcasts = {
  one: (id: string) =>
    queryOptions({
      queryKey: ['broadcasts', id],
      queryFn: () => take(api.GET('/broadcasts/{broadcast_id}', at(id))),
      refetchInterval: ({ state }) => lookAgain(state.data?.status.kind),
    }),
  /** What sending the draft, saved as `revision`, would come to now. */
  review: (id: string, revision: number) =>
    queryOptions({
      queryKey: ['broadcasts', id, 'review', revision],
      queryFn: () => take(api.GET('/broadcasts/{broadcast_id}/review', at(id))),
      staleTime: 0,
    }),
  nonOpeners: (id: string) =>
    queryOptions({
      queryKey: ['broadcasts', id, 'non-openers'],
      queryFn: () => take(api.GET('/broadcasts/{broadcast_id}/non-openers', at(id))),
      staleTime: 0,
    }),
};

export const readPage = (query: { cursor?: string; limit: number; search?: string }) =>
  take(api.GET('/broadcasts', { params: { query } }));
export const createBroadcast = (body: Schemas['BroadcastCreate']) => take(api.POST('/broadcasts', { body }));
export const saveBroadcast = (id: string, body: Schemas['BroadcastUpdate']) =>
  take(api.PATCH('/broadcasts/{broadcast_id}', { ...at(id), body }));
/** The same key again is the same confirmation. */
export const sendBroadcast = (id: string, revision: number, key: string) =>
  take(api.POST('/broadcasts/{broadcast_id}/send', { ...at(id), body: { revision, key, hold_seconds: 10 } }));
export const cancelBroadcast = (id: string) => take(api.POST('/broadcasts/{broadcast_id}/cancel', at(id)));
export const copyBroadcast = (id: string, name: string) =>
  take(api.POST('/broadcasts/{broadcast_id}/copy', { ...at(id), body: { name } }));
export const resendBroadcast = (id: string, name: string) =>
  take(api.POST('/broadcasts/{broadcast_id}/resend', { ...at(id), body: { name } }));
export const deleteBroadcast = (id: string) => take(api.DELETE('/broadcasts/{broadcast_id}', at(id)));

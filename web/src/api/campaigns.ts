import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, take } from './client';
import type { Flow, Schemas } from './types';
import { everything } from './usePages';

const at = (slug: string) => ({ params: { path: { slug } } });

export const campaigns = {
  list: () =>
    queryOptions({
      queryKey: ['campaigns'],
      queryFn: async () => ({
        items: await everything((page) => take(api.GET('/campaigns', { params: { query: page } }))),
      }),
    }),
  one: (slug: string) =>
    queryOptions({ queryKey: ['campaigns', slug], queryFn: () => take(api.GET('/campaigns/{slug}', at(slug))) }),
  versions: (slug: string) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'versions'],
      queryFn: () => take(api.GET('/campaigns/{slug}/versions', { params: { path: { slug }, query: { limit: 100 } } })),
    }),
  version: (slug: string, number: number) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'versions', number],
      queryFn: () => take(api.GET('/campaigns/{slug}/versions/{number}', { params: { path: { slug, number } } })),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  /** What a launch of the draft, saved as `revision`, would come to now. */
  review: (slug: string, revision: number) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'review', revision],
      queryFn: () => take(api.GET('/campaigns/{slug}/review', at(slug))),
      staleTime: 0,
    }),
  schedule: (slug: string) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'schedule'],
      queryFn: () => take(api.GET('/campaigns/{slug}/schedule', at(slug))),
    }),
  runs: (slug: string) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'runs'],
      queryFn: () => take(api.GET('/campaigns/{slug}/runs', { params: { path: { slug }, query: { limit: 20 } } })),
    }),
  /** One launch, and whether it can be undone. */
  run: (slug: string, id: string) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'runs', id],
      queryFn: () => take(api.GET('/campaigns/{slug}/runs/{run_id}', { params: { path: { slug, run_id: id } } })),
    }),
  /** What a move to a version (or to the draft that is saved as `revision`) would do to those inside. */
  movePlan: (slug: string, to: number | 'draft', mapping: NodeMapping, revision: number) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'move-plan', to, mapping, revision],
      queryFn: () => take(api.POST('/campaigns/{slug}/migrations/plan', { ...at(slug), body: { to, mapping } })),
    }),
  move: (slug: string, id: string) =>
    queryOptions({
      queryKey: ['campaigns', slug, 'moves', id],
      queryFn: () =>
        take(api.GET('/campaigns/{slug}/migrations/{migration_id}', { params: { path: { slug, migration_id: id } } })),
    }),
  examples: () =>
    queryOptions({ queryKey: ['examples'], queryFn: () => take(api.GET('/campaign-templates')), staleTime: 3_600_000 }),
};

/** Saves a draft read at `revision`. ApiError 409 when somebody was faster. */
export function saveDraft(slug: string, revision: number, flow: Flow) {
  return take(api.PATCH('/campaigns/{slug}', { ...at(slug), body: { revision, flow } }));
}

export function validateDraft(slug: string, flow: Flow) {
  return take(api.POST('/campaigns/{slug}/validate', { ...at(slug), body: { flow } }));
}

/** Runs an action on a campaign, then reads everything about it anew. */
export function useCampaignAction<V, R>(slug: string, act: (given: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: ['campaigns'] }),
    meta: { slug },
  });
}

export const publish = (slug: string) => take(api.POST('/campaigns/{slug}/publish', at(slug)));
/** A launch begins so much later: until then, it can be undone for certain. */
const HOLD_SECONDS = 10;

/** The same key again is the same launch; another one within minutes is refused unless it says `again`. */
export const launch = (slug: string, key: string, again: boolean) =>
  take(api.POST('/campaigns/{slug}/launch', { ...at(slug), body: { key, again, hold_seconds: HOLD_SECONDS } }));
/** Takes a launch back; refused once a message of it has left. */
export const undoLaunch = (slug: string, id: string) =>
  take(api.POST('/campaigns/{slug}/runs/{run_id}/cancel', { params: { path: { slug, run_id: id } } }));
/** Step -> the step of the new version that stands for it; null: whoever is there leaves. Others keep their id. */
export type NodeMapping = Record<string, string | null>;

/** Moves everybody inside to a version. */
export const move = (slug: string, to: number, mapping: NodeMapping) =>
  take(api.POST('/campaigns/{slug}/migrations', { ...at(slug), body: { to, mapping } }));
export const turnScheduleOff = (slug: string) => take(api.DELETE('/campaigns/{slug}/schedule', at(slug)));
export const turnScheduleOn = (slug: string) => take(api.PUT('/campaigns/{slug}/schedule', at(slug)));

export const createCampaign = (body: Schemas['CampaignCreate']) => take(api.POST('/campaigns', { body }));
export const beginExample = (body: Schemas['ExampleBegin']) => take(api.POST('/campaigns/from-template', { body }));

export const pauseCampaign = (slug: string) => take(api.POST('/campaigns/{slug}/pause', at(slug)));
export const resumeCampaign = (slug: string) => take(api.POST('/campaigns/{slug}/resume', at(slug)));
/** Changes folder or tags of several campaigns: of all of them, or of none. */
export const labelCampaigns = (body: Schemas['LabelsBody']) => take(api.POST('/campaigns/labels', { body }));

import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

const at = (promotion_id: string) => ({ params: { path: { promotion_id } } });

export const promotions = {
  one: (id: string) =>
    queryOptions({
      queryKey: ['promotion', id],
      queryFn: () => take(api.GET('/promotions/{promotion_id}', at(id))),
    }),
  /** What a node or a list names: the newest two hundred. */
  named: () =>
    queryOptions({
      queryKey: ['promotions', 'named'],
      queryFn: () => take(api.GET('/promotions', { params: { query: { limit: 200 } } })),
    }),
  burn: (ids: string[], days = 30) =>
    queryOptions({
      queryKey: ['promotion', 'burn', ids, days],
      queryFn: () => take(api.GET('/promotions/burn-down', { params: { query: { promotion_id: ids, days } } })),
      enabled: ids.length > 0,
    }),
  redemptions: (id: string) =>
    queryOptions({
      queryKey: ['promotion', id, 'redemptions'],
      queryFn: () => take(api.GET('/promotions/{promotion_id}/redemptions', at(id))),
    }),
  batches: (id: string) =>
    queryOptions({
      queryKey: ['promotion', id, 'batches'],
      queryFn: () => take(api.GET('/promotions/{promotion_id}/codes/batches', at(id))),
    }),
  refusals: (id?: string) =>
    queryOptions({
      queryKey: ['promotion', id ?? null, 'refusals'],
      queryFn: () => take(api.GET('/promotions/refused-codes', { params: { query: { promotion_id: id } } })),
    }),
  shared: () =>
    queryOptions({
      queryKey: ['promotion', 'shared'],
      queryFn: () => take(api.GET('/promotions/shared-identifiers')),
    }),
};

export const createPromotion = (body: Schemas['PromotionCreate']) => take(api.POST('/promotions', { body }));
/** ApiError 409 when somebody changed it since `revision`. */
export const changePromotion = (id: string, body: Schemas['PromotionUpdate']) =>
  take(api.PATCH('/promotions/{promotion_id}', { ...at(id), body }));
export const makeCodes = (id: string, body: Schemas['CodesCreate']) =>
  take(api.POST('/promotions/{promotion_id}/codes', { ...at(id), body }));
export const importCodes = (id: string, codes: string[]) =>
  take(api.POST('/promotions/{promotion_id}/codes/import', { ...at(id), body: { codes } }));
export const switchBatch = (promotion_id: string, batch_id: string, disabled: boolean) =>
  take(
    api.PATCH('/promotions/{promotion_id}/codes/batches/{batch_id}', {
      params: { path: { promotion_id, batch_id } },
      body: { disabled },
    }),
  );
export const switchCode = (promotion_id: string, code: string, disabled: boolean) =>
  take(
    api.PATCH('/promotions/{promotion_id}/codes/{code}', {
      params: { path: { promotion_id, code } },
      body: { disabled },
    }),
  );
export const exportCodes = (promotion_id: string) =>
  take(
    api.GET('/promotions/{promotion_id}/codes/export', {
      params: { path: { promotion_id }, query: { format: 'csv' } },
      parseAs: 'blob',
    }),
  );

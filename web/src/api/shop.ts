import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

export const shop = {
  settings: () => queryOptions({ queryKey: ['shop'], queryFn: () => take(api.GET('/shop')) }),
};

/** Sets the shop's settings, which were read at `revision`. ApiError 409 when somebody was faster. */
export const saveShop = (body: Schemas['ShopBody']) => take(api.PUT('/shop', { body }));

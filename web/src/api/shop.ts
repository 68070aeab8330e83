import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';

export const shop = {
  settings: () => queryOptions({ queryKey: ['shop'], queryFn: () => take(api.GET('/shop')) }),
};

/** Sets the shop's currency, of settings that were read at `revision`. ApiError 409 when somebody was faster. */
export const saveShop = (currency: string, revision: number) =>
  take(api.PUT('/shop', { body: { currency, revision } }));

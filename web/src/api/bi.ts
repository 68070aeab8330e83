import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

export type Bi = Schemas['BiAddressView'];
export type BiView = Schemas['BiViewView'];
export type ConnectionKind = 'powerbi' | 'powerbi-odata' | 'tableau';
export type RowFormat = 'csv' | 'arrow';

export const bi = {
  described: () => queryOptions({ queryKey: ['bi'], queryFn: () => take(api.GET('/bi')) }),
};

/** A file that a BI tool opens to connect. */
export const connectionFile = (kind: ConnectionKind) =>
  take(api.GET('/bi/connection/{kind}', { params: { path: { kind } }, parseAs: 'blob' }));

/** All rows of a view. */
export const wholeView = (view: string, format: RowFormat) =>
  take(api.GET('/bi/views/{view}', { params: { path: { view }, query: { format } }, parseAs: 'blob' }));

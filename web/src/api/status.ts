import { useQuery } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

export type Status = Schemas['StatusView'];
export type Trouble = Schemas['TroubleView'];

const EVERY_MS = 15_000;

/** How the installation is, read anew while somebody looks. Only inside <SignedIn>. */
export function useStatus() {
  return useQuery({
    queryKey: ['status'],
    queryFn: () => take(api.GET('/status')),
    refetchInterval: EVERY_MS,
    retry: false,
    // the banner goes with the app: a hiccup of its own is nobody's news
    meta: { quiet: true },
  });
}

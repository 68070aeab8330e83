import { useQuery } from '@tanstack/react-query';
import { api, take } from './client';
import type { Role } from './types';

const RANK: Role[] = ['till', 'viewer', 'marketer', 'operator', 'admin'];

/** Whose key this is, and what the installation can do. Only inside <SignedIn>. */
export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: () => take(api.GET('/me')), staleTime: 300_000, retry: false });
}

/** Whether `mine` includes what `least` may do. */
export const allows = (mine: Role, least: Role) => RANK.indexOf(mine) >= RANK.indexOf(least);

/** Whether the caller's role is at least `role`: what is refused by the API is not offered. */
export function useMay(role: Role): boolean {
  const mine = useMe().data?.role;
  return mine !== undefined && allows(mine, role);
}

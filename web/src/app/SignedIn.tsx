import { useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { ApiError } from '@/api/client';
import { useMe } from '@/api/me';
import { currentKey, onKeyChange, wasRefused } from '@/api/session';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';

// most who come are signed in
const SignIn = lazy(() => import('./SignIn').then((it) => ({ default: it.SignIn })));

/** The app for who holds a key, the sign-in for others. */
export function SignedIn({ children }: { children: ReactNode }) {
  const key = useSyncExternalStore(onKeyChange, currentKey);
  const client = useQueryClient();
  useEffect(() => {
    if (key === null) client.clear();
  }, [key, client]);
  return key === null ? <SignIn refused={wasRefused()} /> : <Known key={key}>{children}</Known>;
}

function Known({ children }: { children: ReactNode }) {
  const me = useMe();
  if (me.isPending) return <Loading />;
  if (me.error instanceof ApiError && me.error.status === 401) return <SignIn refused />;
  if (me.isLoadingError) return <Problem error={me.error} retry={() => me.refetch()} />;
  return children;
}

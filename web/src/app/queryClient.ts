import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api/client';
import { signOut } from '@/api/session';

function again(failures: number, error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500) && failures < 3;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    // without a network, too: the server may run on this very machine
    queries: { networkMode: 'always', retry: again, staleTime: 5_000 },
    mutations: { networkMode: 'always', retry: false },
  },
});

/** A key that was revoked meanwhile: back to the sign-in. */
queryClient.getQueryCache().subscribe((event) => {
  const error = event.query.state.error;
  if (event.type === 'updated' && error instanceof ApiError && error.status === 401) signOut('refused');
});

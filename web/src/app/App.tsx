import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { RouterProvider } from 'react-router/dom';
import { Loading } from '@/ui/Loading';
import { queryClient } from './queryClient';
import { router } from './routes';
import { SignedIn } from './SignedIn';
import { themeOf } from './theme';

// what is said before it is there waits in its store
const Notices = lazy(() => import('./Notices'));

export function App() {
  const { t } = useTranslation();
  const close = t('close');
  const theme = useMemo(() => themeOf(close), [close]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Suspense fallback={null}>
        <Notices />
      </Suspense>
      <QueryClientProvider client={queryClient}>
        <Suspense fallback={<Loading />}>
          <SignedIn>
            <RouterProvider router={router} />
          </SignedIn>
        </Suspense>
      </QueryClientProvider>
    </MantineProvider>
  );
}

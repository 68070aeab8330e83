import { createBrowserRouter, Navigate } from 'react-router';
import { NotFound } from './NotFound';
import { RouteError } from './RouteError';
import { Shell } from './Shell';

/** Every page is a folder of its own under pages/, loaded when it is first opened. */
export const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      errorElement: <RouteError />,
      hydrateFallbackElement: <></>,
      children: [
        { index: true, element: <Navigate to="/campaigns" replace /> },
        { path: 'campaigns', lazy: () => import('@/pages/campaigns') },
        { path: 'campaigns/:slug/edit', lazy: () => import('@/pages/campaign-edit') },
        { path: 'campaigns/:slug/monitor', lazy: () => import('@/pages/monitor') },
        { path: '*', element: <NotFound /> },
      ],
    },
  ],
  { basename: '/app' },
);

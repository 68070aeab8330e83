import { createBrowserRouter } from 'react-router';
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
        { index: true, lazy: () => import('@/pages/home') },
        { path: 'campaigns', lazy: () => import('@/pages/campaigns') },
        { path: 'campaigns/:slug/edit', lazy: () => import('@/pages/campaign-edit') },
        { path: 'campaigns/:slug/monitor', lazy: () => import('@/pages/monitor') },
        { path: 'broadcasts', lazy: () => import('@/pages/broadcasts') },
        { path: 'broadcasts/:id', lazy: () => import('@/pages/broadcast') },
        { path: 'calendar', lazy: () => import('@/pages/calendar') },
        { path: 'customers', lazy: () => import('@/pages/customers') },
        { path: 'customers/:customer', lazy: () => import('@/pages/customer') },
        { path: 'failed-journeys', lazy: () => import('@/pages/failed-journeys') },
        { path: 'journeys/:id', lazy: () => import('@/pages/journey') },
        { path: 'segments', lazy: () => import('@/pages/segments') },
        { path: 'segments/:id', lazy: () => import('@/pages/segment') },
        { path: 'surveys', lazy: () => import('@/pages/surveys') },
        { path: 'surveys/:id', lazy: () => import('@/pages/survey') },
        { path: 'templates', lazy: () => import('@/pages/templates') },
        { path: 'templates/:id', lazy: () => import('@/pages/template') },
        { path: 'brand-kit', lazy: () => import('@/pages/brand-kit') },
        { path: 'messages', lazy: () => import('@/pages/messages') },
        { path: 'messages/:id', lazy: () => import('@/pages/message') },
        { path: 'contact-policy', lazy: () => import('@/pages/contact-policy') },
        { path: 'topics', lazy: () => import('@/pages/topics') },
        { path: 'suppressions', lazy: () => import('@/pages/suppressions') },
        { path: 'possible-opt-outs', lazy: () => import('@/pages/possible-opt-outs') },
        { path: 'models', lazy: () => import('@/pages/models') },
        { path: 'models/:id', lazy: () => import('@/pages/model') },
        { path: 'clusters', lazy: () => import('@/pages/clusters') },
        { path: 'imports', lazy: () => import('@/pages/imports') },
        { path: 'imports/:id', lazy: () => import('@/pages/import') },
        { path: 'intake-notes', lazy: () => import('@/pages/intake-notes') },
        { path: 'sandbox', lazy: () => import('@/pages/sandbox') },
        { path: 'shop', lazy: () => import('@/pages/shop') },
        { path: 'status', lazy: () => import('@/pages/status') },
        { path: 'audit', lazy: () => import('@/pages/audit') },
        { path: 'keys', lazy: () => import('@/pages/keys') },
        { path: '*', element: <NotFound /> },
      ],
    },
  ],
  { basename: '/app' },
);

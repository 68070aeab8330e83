import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { NodeKind } from '@/api/types';
import type { EditProps } from './panel';

type Panel<K extends NodeKind> = LazyExoticComponent<ComponentType<EditProps<K>>>;

const send = lazy(() => import('./SendPanel'));

/** The form of each kind of node, loaded when the first of its kind is opened. All sends share one. */
const PANELS: { [K in NodeKind]: Panel<K> } = {
  entry: lazy(() => import('./EntryPanel')),
  send_email: send as unknown as Panel<'send_email'>,
  send_sms: send as unknown as Panel<'send_sms'>,
  send_push: send as unknown as Panel<'send_push'>,
  send_in_app: send as unknown as Panel<'send_in_app'>,
  send_silent_push: send as unknown as Panel<'send_silent_push'>,
  wait: lazy(() => import('./WaitPanel')),
  wait_event: lazy(() => import('./WaitEventPanel')),
  check: lazy(() => import('./CheckPanel')),
  channel_split: lazy(() => import('./ChannelSplitPanel')),
  random_split: lazy(() => import('./RandomSplitPanel')),
  update_profile: lazy(() => import('./UpdateProfilePanel')),
  coupon: lazy(() => import('./CouponPanel')),
  http_call: lazy(() => import('./HttpCallPanel')),
  end: lazy(() => import('./EndPanel')),
};

/** The form of a kind: a union's members can't be told apart, so that it takes the data of whatever node it is given. */
export const panelOf = (type: NodeKind): Panel<NodeKind> => PANELS[type] as unknown as Panel<NodeKind>;

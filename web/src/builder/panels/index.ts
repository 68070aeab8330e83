import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { NodeKind } from '@/api/types';
import type { EditProps } from './panel';

const send = () => import('./SendPanel');

/** Where the form of each kind of node is; all sends share one. */
const LOAD = {
  entry: () => import('./EntryPanel'),
  send_email: send,
  send_sms: send,
  send_whatsapp: send,
  send_push: send,
  send_in_app: send,
  send_silent_push: send,
  wait: () => import('./WaitPanel'),
  wait_event: () => import('./WaitEventPanel'),
  check: () => import('./CheckPanel'),
  channel_split: () => import('./ChannelSplitPanel'),
  random_split: () => import('./RandomSplitPanel'),
  update_profile: () => import('./UpdateProfilePanel'),
  coupon: () => import('./CouponPanel'),
  http_call: () => import('./HttpCallPanel'),
  end: () => import('./EndPanel'),
} satisfies Record<NodeKind, () => Promise<unknown>>;

type Panel = LazyExoticComponent<ComponentType<EditProps<NodeKind>>>;

// A union's members can't be told apart: each form takes the data of the kind that it is listed under.
const PANELS = Object.fromEntries(
  Object.entries(LOAD).map(([type, load]) => [
    type,
    lazy(load as unknown as () => Promise<{ default: ComponentType<EditProps<NodeKind>> }>),
  ]),
) as Record<NodeKind, Panel>;

export const panelOf = (type: NodeKind): Panel => PANELS[type];

/** Fetches every form. */
export function loadPanels(): void {
  for (const load of Object.values(LOAD)) void load().catch(() => undefined);
}

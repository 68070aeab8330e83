import type { DataOf } from '@/api/types';
import { last } from '../conditions/leaf';

export type Trigger = DataOf<'entry'>['trigger'];
export type TriggerKind = Trigger['kind'];
export type TriggerProps<K extends TriggerKind> = {
  trigger: Extract<Trigger, { kind: K }>;
  put: (next: Trigger) => void;
};

export const TRIGGER_KINDS: TriggerKind[] = ['segment', 'event', 'segment_change', 'inactivity', 'date', 'api'];

/** The entry of a new drawing: everybody, until somebody says whom. */
export const EVERYBODY: Extract<Trigger, { kind: 'segment' }> = {
  kind: 'segment',
  segment_id: null,
  condition: { kind: 'all', of: [] },
};

/** An entry of a kind, valid from the start. */
export function newTrigger(kind: TriggerKind, segmentId: string): Trigger {
  switch (kind) {
    case 'segment':
      return EVERYBODY;
    case 'event':
      return {
        kind,
        on: { event: 'Order Completed', where: [] },
        customer: null,
        key: null,
        repeated: null,
        cooldown: null,
      };
    case 'segment_change':
      return { kind, segment_id: segmentId, change: 'entered', customer: null, cooldown: null };
    case 'inactivity':
      return { kind, event: '*', where: [], silence: last(30), customer: null };
    case 'date':
      return { kind, attribute: 'birth_date', offset_days: 0, time: '09:00:00', yearly: true, customer: null };
    case 'api':
      return { kind };
  }
}

import type { Condition } from '@/api/types';
import type { Leaf, LeafKind } from './tree';

/** What the form of a kind of question is given. */
export type LeafProps<K extends LeafKind> = {
  leaf: Extract<Leaf, { kind: K }>;
  inJourney: boolean;
  change: (leaf: Extract<Leaf, { kind: K }>) => void;
};

/** The kinds of questions, in the order in which they are offered. */
export const LEAF_KINDS: LeafKind[] = [
  'event',
  'attribute',
  'engagement',
  'segment',
  'tag',
  'date',
  'sequence',
  'percentile',
  'score',
  'trigger',
  'random',
];

const JOURNEY_ONLY: LeafKind[] = ['trigger'];

type Around = { inJourney: boolean; hasSegments: boolean; asked: Condition };

/** The kinds that can be asked where the condition stands: without a segment to choose there is nothing to ask of one. */
export function offeredKinds({ inJourney, hasSegments, asked }: Around): LeafKind[] {
  const asksSegment = JSON.stringify(asked).includes('"kind":"segment"');
  return LEAF_KINDS.filter(
    (kind) => (inJourney || !JOURNEY_ONLY.includes(kind)) && (kind !== 'segment' || hasSegments || asksSegment),
  );
}

/** A condition of a kind, ready to be used. In a journey it counts from the journey's start, and its own messages. */
export function newLeaf(kind: LeafKind, segmentId: string | null, inJourney = false): Leaf {
  const window = inJourney ? SINCE_START : last(30);
  switch (kind) {
    case 'event':
      return { kind, event: 'Order Completed', where: [], window, count: null, sum: null };
    case 'attribute':
      return { kind, name: 'city', op: 'eq', value: '' };
    case 'engagement':
      return {
        kind,
        action: 'opened',
        channel: null,
        campaign_id: null,
        node_id: null,
        this_journey: inJourney,
        window: inJourney ? null : window,
        machine: false,
      };
    case 'segment':
      return { kind, segment_id: segmentId ?? '00000000-0000-0000-0000-000000000000' };
    case 'tag':
      return { kind, tag: 'vip' };
    case 'date':
      return { kind, name: 'birth_date', offset_days: 0, time: '09:00:00', yearly: true };
    case 'sequence':
      return {
        kind,
        first: 'Cart Updated',
        first_where: [],
        // biome-ignore lint/suspicious/noThenProperty: the name of a field of the API; nothing awaits it
        then: 'Order Completed',
        then_where: [],
        within: last(1),
        without: null,
        window: null,
      };
    case 'percentile':
      return { kind, name: 'traits.revenue', of: 'highest', percent: 10 };
    case 'score':
      return { kind, score: 'churn', of: 'value', is: { op: 'gte', value: 0.5 } };
    case 'trigger':
      return { kind, where: [] };
    case 'random':
      return { kind, percent: 10, salt: '' };
  }
}

export const SINCE_START = { kind: 'since' as const, anchor: 'journey_start' as const, node_id: null };

export const last = (days: number) => ({ kind: 'last' as const, days, hours: 0, minutes: 0 });

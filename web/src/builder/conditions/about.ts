import type { Schemas } from '@/api/types';
import { LEAF_KINDS, newLeaf } from './leaf';
import type { Leaf, LeafKind } from './tree';

/** What a condition is about, as one text that a list can offer: `event:Signed In`, `attribute:city`, `tag:vip`. */
export function aboutOf(leaf: Leaf): string {
  switch (leaf.kind) {
    case 'event':
      return `event:${leaf.event}`;
    case 'attribute':
    case 'percentile':
      return `${leaf.kind}:${leaf.name}`;
    case 'engagement':
      return `engagement:${leaf.action}`;
    case 'segment':
      return `segment:${leaf.segment_id}`;
    case 'tag':
      return `tag:${leaf.tag}`;
    default:
      return leaf.kind;
  }
}

/** The condition about something else: what both kinds know stays, such as the window of an event. */
export function aboutTo(about: string, before: Leaf, inJourney: boolean): Leaf {
  const [kind, ...rest] = about.split(':') as [LeafKind, ...string[]];
  const name = rest.join(':');
  const same = before.kind === kind;
  const made = same ? before : newLeaf(kind, null, inJourney);
  switch (made.kind) {
    case 'event':
      return { ...made, event: name, where: [] };
    case 'attribute':
      return { ...made, name, op: same ? made.op : 'eq', value: '' };
    case 'percentile':
      return { ...made, name };
    case 'engagement':
      return { ...made, action: name as typeof made.action };
    case 'segment':
      return { ...made, segment_id: name };
    case 'tag':
      return { ...made, tag: name };
    default:
      return made;
  }
}

export const PROFILE_FIELDS = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'gender',
  'birth_date',
  'city',
  'country',
  'locale',
  'timezone',
  'external_id',
  'created_at',
  'last_seen_at',
];

export const ACTIONS = [
  'sent',
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'complained',
  'unsubscribed',
  'replied',
] as const;

/** Kinds that are one entry of the list, not one a name. */
export const WHOLE_KINDS = LEAF_KINDS.filter((kind) =>
  ['date', 'sequence', 'score', 'trigger', 'random'].includes(kind),
);

/** Properties that hold numbers in the data; those of unknown type are not offered for ranks. */
export const numeric = (known: Schemas['DataDictionary']) =>
  [...known.traits.map((name) => `traits.${name}`), ...known.attributes.map((name) => `attributes.${name}`)].filter(
    (path) => known.values[path]?.type === 'number',
  );

const DENIED = /^(?:(?:did|has|is)\s+)?(?:not|non)\s+(?:ha\s+|è\s+)?/i;

/** What is searched for, and whether it was asked for its absence: "not signed in". */
export function readSearch(text: string): { search: string; denied: boolean } {
  const search = text.trim().replace(DENIED, '');
  return { search, denied: search !== text.trim() };
}

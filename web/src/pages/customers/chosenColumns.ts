import { useLocalStorage } from '@mantine/hooks';

/** Columns that hold what a profile says, by their keys; attributes and computed properties come beside them. */
export const OWN = [
  'external_id',
  'email',
  'phone',
  'place',
  'locale',
  'timezone',
  'gender',
  'birth_date',
  'tags',
  'created_at',
  'last_seen_at',
] as const;
export type Own = (typeof OWN)[number];

/** Attributes and computed properties at most: more can't be read side by side. */
export const MOST_FACTS = 6;
const FIRST = ['email', 'phone', 'place', 'created_at', 'last_seen_at'];

/** The columns that this person chose, kept in the browser. `traits.x` and `attributes.x` are the shop's. */
export function useChosenColumns() {
  const [chosen, setChosen] = useLocalStorage<string[]>({
    key: 'campaign-flow-customer-columns',
    defaultValue: FIRST,
    getInitialValueInEffect: false,
  });
  return { chosen, setChosen, reset: () => setChosen(FIRST) };
}

export const isOwn = (key: string): key is Own => (OWN as readonly string[]).includes(key);

import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/types';

/** Which property a value is compared with: of profiles, or of an event. */
export type PropertyOf = { property: string; event?: string };

export type PropertyValues = Schemas['PropertyValues'];

const UNKNOWN: PropertyValues = { type: null, looked_at: 0, values: [], money: false, currencies: [] };
const LATER = 400;

/** What the shop's own data holds of a property; nothing while it is being read, or where it can't be known. */
export function usePropertyValues(of: PropertyOf | undefined): PropertyValues {
  const [property] = useDebouncedValue(of?.property ?? '', LATER);
  const event = of?.event;
  const found = useQuery({
    queryKey: ['property-values', event ?? null, property],
    queryFn: () => take(api.GET('/data-dictionary/values', { params: { query: { property, event } } })),
    enabled: property !== '' && event !== '',
    staleTime: 300_000,
    retry: false,
  });
  // what is known of another property says nothing of this one
  return (property === of?.property && found.data) || UNKNOWN;
}

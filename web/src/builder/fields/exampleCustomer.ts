import { useQuery } from '@tanstack/react-query';
import { create } from 'zustand';
import { api, take } from '@/api/client';
import type { Customer } from '@/api/types';

type Chosen = {
  /** External id; null for nobody in particular, undefined while nobody has chosen. */
  id: string | null | undefined;
  choose: (id: string | null) => void;
};

const useChosen = create<Chosen>((set) => ({ id: undefined, choose: (id) => set({ id }) }));

/** The customer that previews, waits and walks are shown for: the first one, until another is chosen anywhere. */
export function useExampleCustomer(): [string | null, (id: string | null) => void] {
  const { id, choose } = useChosen();
  const first = useCustomers('').data?.items.find((customer) => customer.external_id !== null);
  return [id === undefined ? (first?.external_id ?? null) : id, choose];
}

/** Customers that a text finds, twenty at most. */
export function useCustomers(search: string) {
  return useQuery({
    queryKey: ['customers', 'search', search],
    queryFn: () => take(api.GET('/customers', { params: { query: { limit: 20, ...(search ? { search } : {}) } } })),
    staleTime: 30_000,
  });
}

/** One customer's profile. */
export function useCustomer(id: string | null) {
  return useQuery({
    queryKey: ['customers', id],
    queryFn: () => take(api.GET('/customers/{customer}', { params: { path: { customer: id ?? '' } } })),
    enabled: id !== null,
    staleTime: 30_000,
  });
}

export function nameOf(customer: Pick<Customer, 'first_name' | 'last_name' | 'external_id'>): string {
  const name = [customer.first_name, customer.last_name].filter(Boolean).join(' ');
  return name || (customer.external_id ?? '');
}

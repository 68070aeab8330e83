import type { Customer } from '@/api/types';

/** How a customer is called: by name, else by the best id there is. */
export function nameOf(customer: Pick<Customer, 'first_name' | 'last_name' | 'external_id' | 'email' | 'id'>): string {
  const name = [customer.first_name, customer.last_name].filter(Boolean).join(' ');
  return name || customer.external_id || customer.email || customer.id.slice(0, 8);
}

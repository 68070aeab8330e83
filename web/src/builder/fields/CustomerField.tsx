import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '@/api/client';
import type { Customer } from '@/api/types';

type Props = {
  label: string;
  placeholder?: string;
  value: string | null;
  onChange: (externalId: string | null) => void;
};

/** Search for a customer by name, address or id. */
export function CustomerField({ label, placeholder, value, onChange }: Props) {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 250);
  const found = useQuery({
    queryKey: ['customers', 'search', search],
    queryFn: () => take(api.GET('/customers', { params: { query: { limit: 20, ...(search ? { search } : {}) } } })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const data = (found.data?.items ?? [])
    .filter((customer) => customer.external_id !== null)
    .map((customer) => ({ value: customer.external_id ?? '', label: nameOf(customer) }));
  if (value && !data.some((each) => each.value === value)) data.unshift({ value, label: value });
  return (
    <Select
      label={label}
      placeholder={placeholder}
      searchable
      clearable
      size="xs"
      data={data}
      filter={({ options }) => options}
      onSearchChange={setText}
      value={value}
      onChange={onChange}
    />
  );
}

function nameOf(customer: Customer): string {
  const name = [customer.first_name, customer.last_name].filter(Boolean).join(' ');
  return name ? `${name} (${customer.external_id})` : (customer.external_id ?? '');
}

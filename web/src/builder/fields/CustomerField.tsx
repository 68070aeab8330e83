import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useRef, useState } from 'react';
import type { Customer } from '@/api/types';
import { nameOf, useCustomers } from './exampleCustomer';

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
  const found = useCustomers(search);
  const kept = useRef<Customer[]>([]);
  // What was found stays while more is looked for.
  if (found.data) kept.current = found.data.items;
  const data = kept.current
    .filter((customer) => customer.external_id !== null)
    .map((customer) => ({ value: customer.external_id ?? '', label: labelOf(customer) }));
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

function labelOf(customer: Customer): string {
  const name = nameOf(customer);
  return name === customer.external_id ? name : `${name} (${customer.external_id})`;
}

import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
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
  const [typed] = useDebouncedValue(text.trim(), 250);
  const kept = useRef<Customer[]>([]);
  const written = useRef('');
  const found = useCustomers(typed === written.current ? '' : typed);
  // What was found stays while more is looked for.
  if (found.data) kept.current = found.data.items;
  const data = kept.current
    .filter((customer) => customer.external_id !== null)
    .map((customer) => ({ value: customer.external_id ?? '', label: labelOf(customer) }));
  if (value && !data.some((each) => each.value === value)) data.unshift({ value, label: value });
  const chosen = data.find((each) => each.value === value)?.label ?? '';
  written.current = chosen;
  // The chosen one's name may come later than their id.
  useEffect(() => setText(chosen), [chosen]);
  return (
    <Select
      label={label}
      placeholder={placeholder}
      searchable
      clearable
      size="xs"
      data={data}
      filter={({ options }) => options}
      searchValue={text}
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

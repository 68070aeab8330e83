import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import type { Customer } from '@/api/types';
import { nameOf, useCustomer, useCustomers } from './exampleCustomer';

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
  const profile = useCustomer(value).data;
  const found = useRef<Known[]>([]);
  const one =
    found.current.find((each) => each.external_id === value) ?? (profile && isKnown(profile) ? profile : null);
  // A label that changed with what is listed would overwrite what is being typed.
  const chosen = value === null ? '' : one ? labelOf(one) : value;
  const { data } = useCustomers(typed === chosen ? '' : typed);
  // What was found stays while more is looked for.
  if (data) found.current = data.items.filter(isKnown);
  // The chosen one's name may come later than their id.
  useEffect(() => setText(chosen), [chosen]);
  const options = found.current.map((each) => ({ value: each.external_id, label: labelOf(each) }));
  const listed = options.some((each) => each.value === value);
  return (
    <Select
      label={label}
      placeholder={placeholder}
      searchable
      clearable
      size="xs"
      data={value && !listed ? [...options, { value, label: chosen }] : options}
      // Whoever is chosen has to be in the data, but is not what a search found.
      filter={({ options: all }) => (listed ? all : all.slice(0, options.length))}
      searchValue={text}
      onSearchChange={setText}
      onDropdownClose={() => setText(chosen)}
      value={value}
      onChange={onChange}
    />
  );
}

type Known = Customer & { external_id: string };

function isKnown(customer: Customer): customer is Known {
  return customer.external_id !== null;
}

function labelOf(customer: Known): string {
  const name = nameOf(customer);
  return name === customer.external_id ? name : `${name} (${customer.external_id})`;
}

import { Autocomplete } from '@mantine/core';
import { useKnownNames } from '../names';

type Props = { label: string; value: string; onChange: (value: string) => void };

/** A date of the profile: a field, an attribute or a trait. */
export function AttributeName({ label, value, onChange }: Props) {
  const known = useKnownNames();
  const data = [
    'birth_date',
    'created_at',
    ...known.attributes.map((name) => `attributes.${name}`),
    ...known.traits.map((name) => `traits.${name}`),
  ];
  return <Autocomplete label={label} data={data} limit={60} value={value} onChange={onChange} />;
}

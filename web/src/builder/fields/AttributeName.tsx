import { useKnownNames } from '../names';
import { Suggest } from './Suggest';

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
  return <Suggest label={label} data={data} value={value} onChange={onChange} />;
}

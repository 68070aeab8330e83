import { PropertyPicker } from './PropertyPicker';

type Props = { label: string; value: string; onChange: (value: string) => void };

/** A date of the profile: a field, an attribute or a trait. */
export function AttributeName({ label, value, onChange }: Props) {
  return <PropertyPicker label={label} fields={['birth_date', 'created_at']} value={value} onChange={onChange} />;
}

import { Select } from '@mantine/core';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

type Props = { label: string; description?: string; value: string; onChange: (value: string) => void };

export function ZoneField({ label, description, value, onChange }: Props) {
  const data = ZONES.includes(value) ? ZONES : [value, ...ZONES];
  return (
    <Select
      label={label}
      description={description}
      searchable
      data={data}
      limit={60}
      value={value}
      onChange={(zone) => zone && onChange(zone)}
    />
  );
}

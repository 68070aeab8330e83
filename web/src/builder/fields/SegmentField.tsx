import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSegments } from '../names';

type Props = {
  label: string;
  value: string | null;
  onChange: (id: string) => void;
  size?: 'xs' | 'sm';
  hideLabel?: boolean;
};

export function SegmentField({ label, value, onChange, size = 'sm', hideLabel }: Props) {
  const { t } = useTranslation('kinds');
  const segments = useSegments().data?.items ?? [];
  const data = segments.map((segment) => ({ value: segment.id, label: segment.name }));
  if (value && !segments.some((segment) => segment.id === value)) data.push({ value, label: t('describe.missing') });
  return (
    <Select
      size={size}
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      searchable
      data={data}
      value={value}
      onChange={(id) => id && onChange(id)}
    />
  );
}

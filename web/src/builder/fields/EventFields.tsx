import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EventFilter } from '@/api/types';
import { useKnownNames } from '../names';
import { PropertyTests } from './PropertyTests';
import { Suggest } from './Suggest';

type NameProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  size?: 'xs' | 'sm';
  hideLabel?: boolean;
};

/** The name of an event: one of those that occur, or any other. */
export function EventName({ label, value, onChange, size = 'sm', hideLabel = false }: NameProps) {
  const { t, i18n } = useTranslation('conditions');
  const { events: known, event_counts: counts } = useKnownNames();
  return (
    <Suggest
      size={size}
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      data={known}
      comboboxProps={{ width: 300, position: 'bottom-start' }}
      renderOption={({ option }) => (
        <Group justify="space-between" wrap="nowrap" w="100%">
          <Text size="sm">{option.value}</Text>
          <Text size="xs" c="dimmed">
            {often(counts[option.value] ?? 0, i18n.language)}
          </Text>
        </Group>
      )}
      value={value}
      onChange={onChange}
      error={value.trim() === '' ? t('eventMissing') : undefined}
      maxLength={120}
    />
  );
}

type Props = { label: string; value: EventFilter; inJourney?: boolean; onChange: (value: EventFilter) => void };

/** An event by name and properties. */
export function EventFields({ label, value, inJourney, onChange }: Props) {
  return (
    <Stack gap={6}>
      <EventName label={label} value={value.event} onChange={(event) => onChange({ ...value, event })} />
      <PropertyTests
        event={value.event}
        inJourney={inJourney}
        value={value.where ?? []}
        onChange={(where) => onChange({ ...value, where })}
      />
    </Stack>
  );
}

/** As many as the last 30 days were counted for. */
const COUNTED = 1000;

const often = (count: number, language: string) =>
  count >= COUNTED ? `${COUNTED.toLocaleString(language)}+` : count.toLocaleString(language);

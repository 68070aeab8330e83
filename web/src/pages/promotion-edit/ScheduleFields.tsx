import { ActionIcon, Button, Chip, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { clock as short, weekday } from '@/builder/kinds/say';
import { localeOf } from '@/lib/locale';
import type { Schedule } from '@/promotions/model';
import { type PartProps, Section } from './Section';

const CLOCKS = ['fixed', 'customer', 'shop'] as const;
const WEEK = [1, 2, 3, 4, 5, 6, 7];

/** When it is valid. */
export function ScheduleFields({ promotion, put }: PartProps) {
  const { t, i18n } = useTranslation('promotions');
  const { schedule } = promotion;
  const change = (part: Partial<Schedule>) => put({ schedule: { ...schedule, ...part } });
  return (
    <Section title={t('schedule.title')}>
      <Group align="flex-start">
        {(['first_day', 'last_day'] as const).map((name) => (
          <TextInput
            key={name}
            type="date"
            w={180}
            label={t(`schedule.${name}`)}
            value={schedule[name] ?? ''}
            onChange={(event) => change({ [name]: event.currentTarget.value || null })}
          />
        ))}
      </Group>
      <Stack gap={4}>
        <Text size="sm" fw={500}>
          {t('schedule.weekdays')}
        </Text>
        <Chip.Group
          multiple
          value={(schedule.weekdays ?? []).map(String)}
          onChange={(days) => change({ weekdays: days.map(Number).sort() })}
        >
          <Group gap={6}>
            {WEEK.map((day) => (
              <Chip key={day} value={String(day)} size="xs">
                {weekday(day - 1, localeOf(i18n.language))}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Stack>
      <HoursFields hours={schedule.hours ?? []} onChange={(hours) => change({ hours })} />
      <Group align="flex-start">
        <Select
          label={t('schedule.clock')}
          allowDeselect={false}
          data={CLOCKS.map((each) => ({ value: each, label: t(`schedule.clocks.${each}`) }))}
          value={schedule.clock}
          onChange={(next) => next && change({ clock: next as Schedule['clock'] })}
        />
        <Select
          label={t('schedule.zone')}
          searchable
          allowDeselect={false}
          data={[...new Set(['UTC', schedule.zone, ...Intl.supportedValuesOf('timeZone')])]}
          value={schedule.zone}
          onChange={(zone) => zone && change({ zone })}
        />
      </Group>
    </Section>
  );
}

type HoursProps = { hours: Schedule['hours']; onChange: (hours: Schedule['hours']) => void };

function HoursFields({ hours, onChange }: HoursProps) {
  const { t } = useTranslation('promotions');
  return (
    <Stack gap="xs">
      {hours.map((each, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: hours have no name of their own, and none is moved
        <Group key={at} align="flex-end" gap="xs">
          {(['start', 'end'] as const).map((name) => (
            <TextInput
              key={name}
              type="time"
              label={t(`schedule.${name}`)}
              value={short(each[name])}
              onChange={({ currentTarget: { value } }) =>
                value && onChange(hours.map((one, index) => (index === at ? { ...one, [name]: `${value}:00` } : one)))
              }
            />
          ))}
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('schedule.removeHours')}
            onClick={() => onChange(hours.filter((_, index) => index !== at))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="light"
        size="compact-sm"
        w="fit-content"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...hours, { start: '09:00:00', end: '18:00:00' }])}
      >
        {t('schedule.addHours')}
      </Button>
    </Stack>
  );
}

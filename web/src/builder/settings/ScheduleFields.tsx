import { Button, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Schedule, Schemas } from '@/api/types';
import { localeOf } from '@/lib/locale';
import { DurationField } from '../fields/DurationField';
import { WeekdaysField } from '../fields/WeekdaysField';
import { ZoneField } from '../fields/ZoneField';
import { clock } from '../kinds/say';

type Frequency = 'daily' | 'weekly' | 'monthly';
type How = 'hand' | 'once' | Frequency;
type Props = {
  value: Schedule | null;
  zone: string;
  onChange: (value: Schedule | null) => void;
  /** The customers' clocks, the most frequent first. */
  zones?: Zone[];
};

type Zone = Schemas['ZoneView'];

const HOUR = { weeks: 0, days: 0, hours: 1, minutes: 0, seconds: 0 };
const OVERLAPS = ['skip', 'buffer_one', 'allow_all'] as const;

function recurrence(frequency: Frequency, time = '10:00:00'): Schedule['recurrence'] {
  return {
    frequency,
    time,
    weekdays: frequency === 'weekly' ? [0] : [],
    day_of_month: frequency === 'monthly' ? 1 : null,
  };
}

/** When the campaign is launched, with its next dates. */
export function ScheduleFields({ value, zone, onChange, zones }: Props) {
  const { t } = useTranslation('builder');
  const how: How = value === null ? 'hand' : (value.recurrence?.frequency ?? 'once');
  const choose = (next: How) => {
    if (next === 'hand') return onChange(null);
    const base: Schedule = value ?? {
      start: null,
      recurrence: null,
      timezone: zone,
      end: null,
      overlap: 'skip',
      catchup: HOUR,
    };
    if (next !== 'once') return onChange({ ...base, recurrence: recurrence(next, base.recurrence?.time) });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    return onChange({ ...base, recurrence: null, end: null, start: base.start ?? `${tomorrow}T10:00:00` });
  };
  return (
    <Stack>
      <SegmentedControl
        size="xs"
        fullWidth
        orientation="horizontal"
        aria-label={t('settings.schedule')}
        data={(['hand', 'once', 'daily', 'weekly', 'monthly'] as const).map((each) => ({
          value: each,
          label: t(`schedule.${each}`),
        }))}
        value={how}
        onChange={(next) => choose(next as How)}
      />
      {value && <Details value={value} onChange={onChange} zones={zones} />}
    </Stack>
  );
}

type DetailsProps = { value: Schedule; onChange: (value: Schedule) => void; zones?: Zone[] };

function Details({ value, onChange, zones }: DetailsProps) {
  const { t } = useTranslation('builder');
  const [opened, more] = useDisclosure();
  const repeats = value.recurrence;
  const put = (part: Partial<Schedule>) => onChange({ ...value, ...part });
  return (
    <>
      {repeats && (
        <TextInput
          type="time"
          w={140}
          label={t('wait.time')}
          value={clock(repeats.time)}
          onChange={(event) =>
            event.currentTarget.value && put({ recurrence: { ...repeats, time: `${event.currentTarget.value}:00` } })
          }
        />
      )}
      {repeats?.frequency === 'weekly' && (
        <WeekdaysField
          label={t('wait.weekdays')}
          value={repeats.weekdays ?? []}
          onChange={(weekdays) => weekdays.length > 0 && put({ recurrence: { ...repeats, weekdays } })}
        />
      )}
      {repeats?.frequency === 'monthly' && (
        <NumberInput
          label={t('schedule.day')}
          min={1}
          max={28}
          w={140}
          value={repeats.day_of_month ?? 1}
          onChange={(day) => typeof day === 'number' && put({ recurrence: { ...repeats, day_of_month: day } })}
        />
      )}
      {!repeats && <Moment label={t('schedule.at')} value={value.start} onChange={(start) => put({ start })} />}
      <ZoneField label={t('schedule.zone')} value={value.timezone} onChange={(timezone) => put({ timezone })} />
      <Upcoming schedule={value} zones={zones} />
      <Button variant="subtle" size="compact-sm" w="fit-content" aria-expanded={opened} onClick={more.toggle}>
        {t(opened ? 'schedule.less' : 'schedule.more')}
      </Button>
      {opened && <More value={value} put={put} />}
    </>
  );
}

type MoreProps = { value: Schedule; put: (part: Partial<Schedule>) => void };

/** What seldom has to be said. */
function More({ value, put }: MoreProps) {
  const { t } = useTranslation('builder');
  return (
    <>
      {value.recurrence && (
        <>
          <Moment label={t('schedule.start')} value={value.start} onChange={(start) => put({ start })} />
          <Moment label={t('schedule.end')} value={value.end} onChange={(end) => put({ end })} />
          <Select
            label={t('schedule.overlap')}
            data={OVERLAPS.map((each) => ({ value: each, label: t(`schedule.overlaps.${each}`) }))}
            value={value.overlap}
            onChange={(overlap) => put({ overlap: (overlap ?? 'skip') as Schedule['overlap'] })}
          />
        </>
      )}
      <DurationField
        label={t('schedule.catchup')}
        description={t('schedule.catchupHelp')}
        value={value.catchup ?? HOUR}
        onChange={(catchup) => put({ catchup })}
      />
    </>
  );
}

type MomentProps = { label: string; value: string | null | undefined; onChange: (value: string | null) => void };

/** A date and time on the schedule's clock. */
function Moment({ label, value, onChange }: MomentProps) {
  return (
    <TextInput
      type="datetime-local"
      w={240}
      label={label}
      value={value?.slice(0, 16) ?? ''}
      onChange={(event) => onChange(event.currentTarget.value ? `${event.currentTarget.value}:00` : null)}
    />
  );
}

/** The next five dates, on the schedule's clock; and what the customers' clocks show at the first of them. */
export function Upcoming({ schedule, zones = [] }: { schedule: Schedule; zones?: Zone[] }) {
  const { t, i18n } = useTranslation('builder');
  const [asked] = useDebouncedValue(schedule, 300);
  const dates = useQuery({
    queryKey: ['schedule', asked],
    queryFn: () => take(api.POST('/previews/schedule', { body: { schedule: asked } })),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!dates.data) return null;
  if (dates.data.upcoming.length === 0) return <Text size="sm">{t('schedule.never')}</Text>;
  return (
    <div data-testid="upcoming">
      <Text size="sm" fw={600}>
        {t('schedule.next', { zone: schedule.timezone })}
      </Text>
      <ol style={{ margin: 0, paddingInlineStart: 20, fontSize: 'var(--text-sm)' }}>
        {dates.data.upcoming.map((at) => (
          <li key={at}>
            {new Date(at).toLocaleString(localeOf(i18n.language), {
              dateStyle: 'full',
              timeStyle: 'short',
              timeZone: schedule.timezone,
            })}
          </li>
        ))}
      </ol>
      <Theirs at={dates.data.upcoming[0] ?? ''} schedule={schedule} zones={zones} />
    </div>
  );
}

/** What the clocks of customers elsewhere show then. */
function Theirs({ at, schedule, zones }: { at: string; schedule: Schedule; zones: Zone[] }) {
  const { t, i18n } = useTranslation('builder');
  const shows = (timeZone: string) =>
    new Date(at).toLocaleString(localeOf(i18n.language), {
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone,
    });
  const others = zones.filter(({ timezone }) => shows(timezone) !== shows(schedule.timezone));
  if (others.length === 0) return null;
  const said = others.map(({ timezone, customers }) =>
    t('schedule.theirs', { zone: timezone, time: shows(timezone), count: customers }),
  );
  return (
    <Text size="sm" data-testid="their-clocks">
      {t('schedule.forThem', { times: said.join(' · ') })}
    </Text>
  );
}

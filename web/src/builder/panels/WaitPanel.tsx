import { NumberInput, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Until } from '@/api/types';
import { localeOf } from '@/lib/locale';
import { useSay } from '@/lib/sentences';
import { AttributeName } from '../fields/AttributeName';
import { CustomerField } from '../fields/CustomerField';
import { DurationField } from '../fields/DurationField';
import { nameOf, useCustomer, useExampleCustomer } from '../fields/exampleCustomer';
import { WeekdaysField } from '../fields/WeekdaysField';
import { clock, sayUntil } from '../kinds/say';
import { useFlow } from '../store';
import type { EditProps } from './panel';

const MADE: Record<Until['kind'], () => Until> = {
  duration: () => ({ kind: 'duration', duration: { weeks: 0, days: 2, hours: 0, minutes: 0, seconds: 0 } }),
  local_time: () => ({ kind: 'local_time', time: '10:00:00', weekdays: [0, 1, 2, 3, 4] }),
  date: () => ({ kind: 'date', at: `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T10:00:00` }),
  attribute_date: () => ({
    kind: 'attribute_date',
    attribute: 'birth_date',
    offset_days: 0,
    time: '09:00:00',
    yearly: true,
  }),
  best_hour: () => ({ kind: 'best_hour', within_hours: 24 }),
};

export default function WaitPanel({ data, change }: EditProps<'wait'>) {
  const { t } = useTranslation('builder');
  const until = data.until;
  const put = (next: Until) => change({ until: next });
  return (
    <Stack>
      <Select
        label={t('wait.how')}
        data={(Object.keys(MADE) as Until['kind'][]).map((kind) => ({ value: kind, label: t(`wait.${kind}`) }))}
        value={until.kind}
        onChange={(kind) => kind && put(MADE[kind as Until['kind']]())}
      />
      <UntilFields until={until} put={put} />
      <SaidBack until={until} />
    </Stack>
  );
}

function UntilFields({ until, put }: { until: Until; put: (next: Until) => void }) {
  const { t } = useTranslation('builder');
  switch (until.kind) {
    case 'duration':
      return (
        <DurationField
          label={t('wait.length')}
          value={until.duration}
          onChange={(duration) => put({ ...until, duration })}
        />
      );
    case 'date':
      return (
        <TextInput
          type="datetime-local"
          label={t('wait.at')}
          description={t('wait.atHelp')}
          value={until.at.slice(0, 16)}
          onChange={(event) => event.currentTarget.value && put({ ...until, at: `${event.currentTarget.value}:00` })}
        />
      );
    case 'local_time':
      return (
        <>
          <TimeInput label={t('wait.time')} value={until.time} onChange={(time) => put({ ...until, time })} />
          <WeekdaysField
            label={t('wait.weekdays')}
            description={t('wait.weekdaysHelp')}
            value={until.weekdays ?? []}
            onChange={(weekdays) => put({ ...until, weekdays })}
          />
        </>
      );
    case 'best_hour':
      return (
        <NumberInput
          label={t('wait.within')}
          description={t('wait.withinHelp')}
          min={1}
          max={168}
          value={until.within_hours}
          onChange={(hours) => typeof hours === 'number' && put({ ...until, within_hours: hours })}
        />
      );
    case 'attribute_date':
      return (
        <>
          <AttributeName
            label={t('wait.attribute')}
            value={until.attribute}
            onChange={(attribute) => put({ ...until, attribute })}
          />
          <NumberInput
            label={t('wait.offset')}
            description={t('wait.offsetHelp')}
            min={-366}
            max={366}
            value={until.offset_days}
            onChange={(days) => typeof days === 'number' && put({ ...until, offset_days: days })}
          />
          <TimeInput label={t('wait.time')} value={until.time} onChange={(time) => put({ ...until, time })} />
          <Switch
            label={t('wait.yearly')}
            checked={until.yearly}
            onChange={(event) => put({ ...until, yearly: event.currentTarget.checked })}
          />
        </>
      );
  }
}

function TimeInput({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <TextInput
      type="time"
      label={label}
      w={140}
      value={clock(value)}
      onChange={(event) => event.currentTarget.value && onChange(`${event.currentTarget.value}:00`)}
    />
  );
}

const CLOCK = { weekday: 'long', hour: '2-digit', minute: '2-digit', day: 'numeric', month: 'short' } as const;

/** The wait in words, and when it would end if it began now, for a customer. */
function SaidBack({ until }: { until: Until }) {
  const { t, i18n } = useTranslation('builder');
  const { t: kindText } = useTranslation(['kinds', 'app']);
  const language = localeOf(i18n.language);
  const say = useSay();
  const zone = useFlow().settings?.timezone ?? 'UTC';
  const [customer, choose] = useExampleCustomer();
  const profile = useCustomer(customer).data;
  const [asked] = useDebouncedValue(until, 300);
  const said = useQuery({
    queryKey: ['wait', asked, customer, zone],
    queryFn: () => take(api.POST('/previews/wait', { body: { until: asked, customer, timezone: zone } })),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const words = sayUntil(asked, { t: kindText, language });
  return (
    <Stack gap={4}>
      <CustomerField label={t('wait.for')} placeholder={t('wait.anybody')} value={customer} onChange={choose} />
      <Text size="sm" aria-live="polite" data-testid="wait-words">
        {asked.kind === 'duration' ? `${words}.` : t('wait.whereTheyLive', { words })}{' '}
        {said.data && (
          <Text span c="dimmed">
            {said.data.late
              ? t('wait.late', { why: say(said.data.words, said.data.said) })
              : t(said.data.timezone === 'UTC' ? 'wait.saidUtc' : 'wait.saidFor', {
                  name: profile ? nameOf(profile) : t('wait.anybodyName'),
                  at: new Date(said.data.at).toLocaleString(language, { ...CLOCK, timeZone: 'UTC' }),
                  local: clockIn(said.data.at, said.data.timezone, language),
                  zone: said.data.timezone,
                })}
          </Text>
        )}
      </Text>
      {asked.kind === 'best_hour' && said.data && !said.data.late && (
        <Text size="xs" c="dimmed">
          {t('wait.why', { words: say(said.data.words, said.data.said) })}
        </Text>
      )}
    </Stack>
  );
}

function clockIn(at: string, timeZone: string, language: string): string {
  return new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', timeZone });
}

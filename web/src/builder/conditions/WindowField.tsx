import { Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Window } from '@/api/types';
import { EventName } from '../fields/EventFields';
import { NodeField } from '../fields/NodeField';
import { last } from './leaf';

type Kind = Window['kind'] | 'ever';
type Props = { value: Window | null | undefined; inJourney: boolean; onChange: (value: Window | null) => void };

const MADE: Record<Kind, () => Window | null> = {
  ever: () => null,
  last: () => last(30),
  between: () => ({ kind: 'between', start: new Date().toISOString().slice(0, 10), end: null }),
  since: () => ({ kind: 'since', anchor: 'journey_start', node_id: null }),
  since_event: () => ({ kind: 'since_event', event: 'Order Completed' }),
};

/** When it must have happened. */
export function WindowField({ value, inJourney, onChange }: Props) {
  const { t } = useTranslation('conditions');
  const kinds: Kind[] = [
    'ever',
    'last',
    'between',
    ...(inJourney || value?.kind === 'since' ? (['since'] as const) : []),
    'since_event',
  ];
  return (
    <Group gap={6} wrap="wrap">
      <Select
        size="xs"
        w={150}
        aria-label={t('window.label')}
        data={kinds.map((kind) => ({ value: kind, label: t(`window.${kind}`) }))}
        value={value?.kind ?? 'ever'}
        onChange={(kind) => onChange(MADE[(kind ?? 'ever') as Kind]())}
      />
      {value?.kind === 'last' && <LastFields value={value} onChange={onChange} />}
      {value?.kind === 'between' &&
        (['start', 'end'] as const).map((name) => (
          <TextInput
            key={name}
            size="xs"
            type="date"
            aria-label={t(`window.${name}`)}
            value={value[name]?.slice(0, 10) ?? ''}
            onChange={(event) => onChange({ ...value, [name]: event.currentTarget.value || null })}
          />
        ))}
      {value?.kind === 'since' && <SinceFields value={value} onChange={onChange} />}
      {value?.kind === 'since_event' && (
        <EventName
          size="xs"
          hideLabel
          label={t('event')}
          value={value.event}
          onChange={(event) => onChange({ ...value, event })}
        />
      )}
    </Group>
  );
}

type LastWindow = Extract<Window, { kind: 'last' }>;
const LAST_UNITS = ['days', 'hours', 'minutes'] as const;

export function LastFields({ value, onChange }: { value: LastWindow; onChange: (value: LastWindow) => void }) {
  const { t } = useTranslation(['conditions', 'kinds']);
  const unit = LAST_UNITS.findLast((each) => value[each]) ?? 'days';
  const whole = { days: 1440, hours: 60, minutes: 1 };
  const minutes = value.days * 1440 + (value.hours ?? 0) * 60 + (value.minutes ?? 0);
  const make = (amount: number, of: (typeof LAST_UNITS)[number]) =>
    onChange({ kind: 'last', days: 0, hours: 0, minutes: 0, [of]: amount });
  return (
    <>
      <NumberInput
        size="xs"
        w={72}
        min={1}
        max={36500}
        aria-label={t('conditions:window.length')}
        value={minutes / whole[unit]}
        onChange={(next) => typeof next === 'number' && next > 0 && make(next, unit)}
      />
      <Select
        size="xs"
        w={100}
        aria-label={t('conditions:window.unit')}
        data={LAST_UNITS.map((each) => ({ value: each, label: t(`kinds:units.${each}`) }))}
        value={unit}
        onChange={(next) => next && make(minutes / whole[unit], next as (typeof LAST_UNITS)[number])}
      />
    </>
  );
}

type SinceWindow = Extract<Window, { kind: 'since' }>;

function SinceFields({ value, onChange }: { value: SinceWindow; onChange: (value: SinceWindow) => void }) {
  const { t } = useTranslation('conditions');
  return (
    <>
      <Select
        size="xs"
        w={150}
        aria-label={t('window.anchor')}
        data={(['journey_start', 'trigger', 'node'] as const).map((each) => ({
          value: each,
          label: t(`window.${each}`),
        }))}
        value={value.anchor}
        onChange={(anchor) =>
          onChange({
            kind: 'since',
            anchor: (anchor ?? 'journey_start') as SinceWindow['anchor'],
            node_id: anchor === 'node' ? '' : null,
          })
        }
      />
      {value.anchor === 'node' && (
        <NodeField
          size="xs"
          hideLabel
          label={t('window.nodeLabel')}
          value={value.node_id ?? null}
          onChange={(id) => onChange({ ...value, node_id: id ?? '' })}
        />
      )}
    </>
  );
}

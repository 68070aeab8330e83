import { Autocomplete, Group, NumberInput, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Channel, Operator } from '@/api/types';
import { EventName } from '../fields/EventFields';
import { isSend, NodeField } from '../fields/NodeField';
import { OPERATORS, PropertyTests } from '../fields/PropertyTests';
import { SegmentField } from '../fields/SegmentField';
import { ValueField, valueFor } from '../fields/ValueField';
import { useKnownNames } from '../names';
import { ComparisonField } from './ComparisonField';
import { EventLeaf } from './EventLeaf';
import type { LeafProps } from './leaf';
import type { Leaf, LeafKind } from './tree';
import { LastFields, WindowField } from './WindowField';

const FIELDS = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'gender',
  'birth_date',
  'city',
  'country',
  'locale',
  'timezone',
  'external_id',
  'created_at',
  'last_seen_at',
];
const CHANNELS: Channel[] = ['email', 'sms', 'push', 'silent_push', 'in_app'];
const ACTIONS = ['sent', 'delivered', 'opened', 'clicked', 'bounced', 'complained', 'unsubscribed', 'replied'] as const;

/** The form of one question. */
export function LeafFields({ leaf, ...rest }: { leaf: Leaf; inJourney: boolean; change: (leaf: Leaf) => void }) {
  switch (leaf.kind) {
    case 'event':
      return <EventLeaf leaf={leaf} {...rest} />;
    case 'attribute':
      return <AttributeLeaf leaf={leaf} {...rest} />;
    case 'engagement':
      return <EngagementLeaf leaf={leaf} {...rest} />;
    case 'date':
      return <DateLeaf leaf={leaf} {...rest} />;
    case 'sequence':
      return <SequenceLeaf leaf={leaf} {...rest} />;
    default:
      return <SmallLeaf leaf={leaf} {...rest} />;
  }
}

type Small = Extract<LeafKind, 'segment' | 'tag' | 'score' | 'random' | 'trigger'>;

function SmallLeaf({ leaf, change }: LeafProps<Small>) {
  const { t } = useTranslation('conditions');
  const tags = useKnownNames().tags;
  switch (leaf.kind) {
    case 'segment':
      return (
        <SegmentField
          size="xs"
          hideLabel
          label={t('kinds.segment')}
          value={leaf.segment_id}
          onChange={(segment_id) => change({ ...leaf, segment_id })}
        />
      );
    case 'tag':
      return (
        <Autocomplete
          size="xs"
          aria-label={t('kinds.tag')}
          data={tags}
          value={leaf.tag}
          onChange={(tag) => change({ ...leaf, tag })}
        />
      );
    case 'score':
      return (
        <Group gap={6}>
          <TextInput
            size="xs"
            w={110}
            aria-label={t('score')}
            value={leaf.score}
            onChange={(event) => change({ ...leaf, score: event.currentTarget.value })}
          />
          <Select
            size="xs"
            w={110}
            aria-label={t('of.label')}
            allowDeselect={false}
            data={(['value', 'percentile'] as const).map((each) => ({ value: each, label: t(`of.${each}`) }))}
            value={leaf.of}
            onChange={(of) => change({ ...leaf, of: (of ?? 'value') as typeof leaf.of })}
          />
          <ComparisonField label={t('value')} value={leaf.is} onChange={(is) => change({ ...leaf, is })} />
        </Group>
      );
    case 'random':
      return (
        <NumberInput
          size="xs"
          w={90}
          suffix=" %"
          min={0}
          max={100}
          aria-label={t('percent')}
          value={leaf.percent}
          onChange={(percent) => typeof percent === 'number' && change({ ...leaf, percent })}
        />
      );
    case 'trigger':
      return <PropertyTests event={null} value={leaf.where ?? []} onChange={(where) => change({ ...leaf, where })} />;
  }
}

function AttributeLeaf({ leaf, change }: LeafProps<'attribute'>) {
  const { t } = useTranslation('conditions');
  const known = useKnownNames();
  const data = [
    { group: t('profile'), items: FIELDS },
    { group: t('attributes'), items: known.attributes.map((name) => `attributes.${name}`) },
    { group: t('traits'), items: known.traits.map((name) => `traits.${name}`) },
  ].filter((group) => group.items.length > 0);
  const operators: Operator[] = [...OPERATORS, 'anniversary'];
  return (
    <Group gap={6} wrap="wrap">
      <Autocomplete
        size="xs"
        w={170}
        aria-label={t('attribute')}
        data={data}
        limit={80}
        value={leaf.name}
        onChange={(name) => change({ ...leaf, name })}
      />
      <Select
        size="xs"
        w={130}
        aria-label={t('comparison')}
        allowDeselect={false}
        data={operators.map((op) => ({ value: op, label: t(`operators.${op}`) }))}
        value={leaf.op}
        onChange={(next) =>
          change({ ...leaf, op: (next ?? 'eq') as Operator, value: valueFor((next ?? 'eq') as Operator, leaf.value) })
        }
      />
      {leaf.op !== 'anniversary' && (
        <ValueField op={leaf.op} value={leaf.value} onChange={(value) => change({ ...leaf, value })} />
      )}
    </Group>
  );
}

function EngagementLeaf({ leaf, inJourney, change }: LeafProps<'engagement'>) {
  const { t } = useTranslation(['conditions', 'app']);
  return (
    <Stack gap={6}>
      <Group gap={6} wrap="wrap">
        <Select
          size="xs"
          w={130}
          aria-label={t('conditions:action')}
          allowDeselect={false}
          data={ACTIONS.map((each) => ({ value: each, label: t(`conditions:actions.${each}`) }))}
          value={leaf.action}
          onChange={(action) => change({ ...leaf, action: (action ?? 'opened') as typeof leaf.action })}
        />
        <Select
          size="xs"
          w={140}
          clearable
          aria-label={t('conditions:channel')}
          placeholder={t('conditions:anyChannel')}
          data={CHANNELS.map((each) => ({ value: each, label: t(`app:channel.${each}`) }))}
          value={leaf.channel ?? null}
          onChange={(channel) => change({ ...leaf, channel: channel as Channel | null })}
        />
        {inJourney && (
          <NodeField
            size="xs"
            hideLabel
            label={t('conditions:message')}
            placeholder={t('conditions:anyMessage')}
            accept={isSend}
            value={leaf.node_id ?? null}
            onChange={(node_id) => change({ ...leaf, node_id })}
          />
        )}
      </Group>
      <Group gap={10} wrap="wrap">
        {inJourney && !leaf.node_id && (
          <Switch
            size="xs"
            label={t('conditions:thisJourney')}
            checked={leaf.this_journey}
            onChange={(event) => change({ ...leaf, this_journey: event.currentTarget.checked })}
          />
        )}
        <Switch
          size="xs"
          label={t('conditions:machines')}
          checked={leaf.machine}
          onChange={(event) => change({ ...leaf, machine: event.currentTarget.checked })}
        />
      </Group>
      {!leaf.node_id && !leaf.this_journey && (
        <WindowField value={leaf.window} inJourney={inJourney} onChange={(window) => change({ ...leaf, window })} />
      )}
    </Stack>
  );
}

function DateLeaf({ leaf, change }: LeafProps<'date'>) {
  const { t } = useTranslation('conditions');
  const known = useKnownNames();
  const data = [
    'birth_date',
    ...known.attributes.map((name) => `attributes.${name}`),
    ...known.traits.map((name) => `traits.${name}`),
  ];
  return (
    <Group gap={6} wrap="wrap">
      <Autocomplete
        size="xs"
        w={160}
        aria-label={t('attribute')}
        data={data}
        limit={60}
        value={leaf.name}
        onChange={(name) => change({ ...leaf, name })}
      />
      <NumberInput
        size="xs"
        w={110}
        min={-366}
        max={366}
        suffix={` ${t('daysAfter')}`}
        aria-label={t('daysAfter')}
        value={leaf.offset_days}
        onChange={(days) => typeof days === 'number' && change({ ...leaf, offset_days: days })}
      />
      <TextInput
        size="xs"
        type="time"
        aria-label={t('fromTime')}
        value={leaf.time.slice(0, 5)}
        onChange={(event) => event.currentTarget.value && change({ ...leaf, time: `${event.currentTarget.value}:00` })}
      />
      <Switch
        size="xs"
        label={t('yearly')}
        checked={leaf.yearly}
        onChange={(event) => change({ ...leaf, yearly: event.currentTarget.checked })}
      />
    </Group>
  );
}

function SequenceLeaf({ leaf, change }: LeafProps<'sequence'>) {
  const { t } = useTranslation('conditions');
  return (
    <Stack gap={6}>
      <EventName size="xs" label={t('first')} value={leaf.first} onChange={(first) => change({ ...leaf, first })} />
      <PropertyTests
        event={leaf.first}
        value={leaf.first_where ?? []}
        onChange={(first_where) => change({ ...leaf, first_where })}
      />
      <EventName size="xs" label={t('then')} value={leaf.then} onChange={(then) => change({ ...leaf, then })} />
      <PropertyTests
        event={leaf.then}
        value={leaf.then_where ?? []}
        onChange={(then_where) => change({ ...leaf, then_where })}
      />
      <Group gap={6}>
        {t('within')} <LastFields value={leaf.within} onChange={(within) => change({ ...leaf, within })} />
      </Group>
      <TextInput
        size="xs"
        label={t('without')}
        value={leaf.without ?? ''}
        onChange={(event) => change({ ...leaf, without: event.currentTarget.value || null })}
      />
    </Stack>
  );
}

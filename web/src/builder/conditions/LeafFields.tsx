import { Group, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PropertyPicker } from '../fields/PropertyPicker';
import { PropertyTests } from '../fields/PropertyTests';
import { AttributeLeaf } from './AttributeLeaf';
import { ComparisonField } from './ComparisonField';
import { EngagementLeaf } from './EngagementLeaf';
import { EventLeaf } from './EventLeaf';
import type { LeafProps } from './leaf';
import { PercentileLeaf } from './PercentileLeaf';
import { SequenceLeaf } from './SequenceLeaf';
import type { Leaf, LeafKind } from './tree';

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
    case 'percentile':
      return <PercentileLeaf leaf={leaf} {...rest} />;
    case 'sequence':
      return <SequenceLeaf leaf={leaf} {...rest} />;
    default:
      return <SmallLeaf leaf={leaf} {...rest} />;
  }
}

type Small = Extract<LeafKind, 'segment' | 'tag' | 'score' | 'random' | 'trigger'>;

function SmallLeaf({ leaf, change }: LeafProps<Small>) {
  const { t } = useTranslation('conditions');
  switch (leaf.kind) {
    case 'segment':
    case 'tag':
      return null; // what it is about is all that it asks
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

function DateLeaf({ leaf, change }: LeafProps<'date'>) {
  const { t } = useTranslation('conditions');
  return (
    <Group gap={6} wrap="wrap">
      <PropertyPicker
        size="xs"
        w={200}
        hideLabel
        label={t('attribute')}
        fields={['birth_date']}
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

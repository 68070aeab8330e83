import { Group, Select, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ConditionOf } from '@/api/types';
import { PropertyTests } from '../fields/PropertyTests';
import { usePropertyValues } from '../fields/propertyValues';
import { Suggest } from '../fields/Suggest';
import { useKnownNames } from '../names';
import { ComparisonField } from './ComparisonField';
import { CurrencyField, isMoney } from './CurrencyField';
import type { LeafProps } from './leaf';
import { WindowField } from './WindowField';

type How = 'once' | 'count' | 'sum';

/** "Did an event": which, with what, when, how often or for how much. */
export function EventLeaf({ leaf, inJourney, change }: LeafProps<'event'>) {
  const { t } = useTranslation('conditions');
  const known = useKnownNames().properties[leaf.event] ?? [];
  const summed = usePropertyValues(leaf.sum ? { event: leaf.event, property: leaf.sum.property } : undefined);
  const how: How = leaf.sum ? 'sum' : leaf.count ? 'count' : 'once';
  return (
    <Stack gap={6}>
      <Group gap={6} wrap="wrap">
        <WindowField value={leaf.window} inJourney={inJourney} onChange={(window) => change({ ...leaf, window })} />
      </Group>
      <PropertyTests
        event={leaf.event}
        inJourney={inJourney}
        value={leaf.where ?? []}
        onChange={(where) => change({ ...leaf, where })}
      />
      <Group gap={6} wrap="wrap">
        <Select
          size="xs"
          w={150}
          aria-label={t('how.label')}
          data={(['once', 'count', 'sum'] as const).map((each) => ({ value: each, label: t(`how.${each}`) }))}
          value={how}
          onChange={(next) => change(counted(leaf, (next ?? 'once') as How))}
        />
        {leaf.sum && (
          <Suggest
            size="xs"
            w={140}
            aria-label={t('property')}
            data={known}
            value={leaf.sum.property}
            onChange={(property) => leaf.sum && change({ ...leaf, sum: { ...leaf.sum, property } })}
          />
        )}
        {leaf.sum && (
          <ComparisonField
            label={t('how.sum')}
            money={summed.money ? summed.currencies : undefined}
            value={leaf.sum.is}
            onChange={(is) => leaf.sum && change({ ...leaf, sum: { ...leaf.sum, is } })}
          />
        )}
        {leaf.sum && isMoney(leaf.sum.property) && (
          <CurrencyField
            value={leaf.sum.currency ?? null}
            onChange={(currency) => leaf.sum && change({ ...leaf, sum: { ...leaf.sum, currency } })}
          />
        )}
        {leaf.count && !leaf.sum && (
          <ComparisonField label={t('how.count')} value={leaf.count} onChange={(count) => change({ ...leaf, count })} />
        )}
        {leaf.count && !leaf.sum && <Text size="xs">{t('times')}</Text>}
      </Group>
    </Stack>
  );
}

function counted(leaf: ConditionOf<'event'>, how: How): ConditionOf<'event'> {
  const count = how === 'count' ? { op: 'gte' as const, value: 2 } : null;
  const sum = how === 'sum' ? { property: 'revenue', is: { op: 'gte' as const, value: 100 }, currency: null } : null;
  return { ...leaf, count, sum };
}

import { Group, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EventName } from '../fields/EventFields';
import { PropertyTests } from '../fields/PropertyTests';
import type { LeafProps } from './leaf';
import { LastFields, WindowField } from './WindowField';

/** "Did one thing, then another soon enough, with none of a third in between." */
export function SequenceLeaf({ leaf, inJourney, change }: LeafProps<'sequence'>) {
  const { t } = useTranslation('conditions');
  return (
    <Stack gap={6}>
      <EventName size="xs" label={t('first')} value={leaf.first} onChange={(first) => change({ ...leaf, first })} />
      <PropertyTests
        event={leaf.first}
        inJourney={inJourney}
        value={leaf.first_where ?? []}
        onChange={(first_where) => change({ ...leaf, first_where })}
      />
      <EventName size="xs" label={t('then')} value={leaf.then} onChange={(then) => change({ ...leaf, then })} />
      <PropertyTests
        event={leaf.then}
        inJourney={inJourney}
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
      <WindowField value={leaf.window} inJourney={inJourney} onChange={(window) => change({ ...leaf, window })} />
    </Stack>
  );
}

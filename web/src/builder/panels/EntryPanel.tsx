import { Autocomplete, Button, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DataOf } from '@/api/types';
import { ConditionField } from '../conditions/ConditionField';
import { EventFields } from '../fields/EventFields';
import { SegmentField } from '../fields/SegmentField';
import type { EditProps } from '../kinds/kind';
import { useKnownNames } from '../names';

type Trigger = DataOf<'entry'>['trigger'];

const MADE: Record<Trigger['kind'], () => Trigger> = {
  segment: () => ({ kind: 'segment', segment_id: null, condition: { kind: 'all', of: [] } }),
  event: () => ({ kind: 'event', on: { event: 'Order Completed', where: [] }, customer: null, key: null }),
  api: () => ({ kind: 'api' }),
};

export default function EntryPanel({ data, change }: EditProps<'entry'>) {
  const { t } = useTranslation('builder');
  const trigger = data.trigger;
  const put = (next: Trigger) => change({ trigger: next });
  return (
    <Stack>
      <SegmentedControl
        fullWidth
        aria-label={t('entry.how')}
        data={(['segment', 'event', 'api'] as const).map((kind) => ({ value: kind, label: t(`entry.${kind}`) }))}
        value={trigger.kind}
        onChange={(kind) => put(MADE[kind as Trigger['kind']]())}
      />
      <Text size="sm" c="dimmed">
        {t(`entry.${trigger.kind}Help`)}
      </Text>
      {trigger.kind === 'segment' && <SegmentTrigger trigger={trigger} put={put} />}
      {trigger.kind === 'event' && <EventTrigger trigger={trigger} put={put} />}
    </Stack>
  );
}

type TriggerProps<K> = { trigger: Extract<Trigger, { kind: K }>; put: (next: Trigger) => void };

function SegmentTrigger({ trigger, put }: TriggerProps<'segment'>) {
  const { t } = useTranslation('builder');
  return (
    <>
      <SegmentField
        label={t('entry.saved')}
        value={trigger.segment_id ?? null}
        onChange={(segment_id) => put({ kind: 'segment', segment_id, condition: null })}
      />
      {trigger.condition ? (
        <ConditionField
          label={t('entry.condition')}
          value={trigger.condition}
          onChange={(condition) => put({ kind: 'segment', segment_id: null, condition })}
        />
      ) : (
        <Button variant="subtle" size="compact-sm" w="fit-content" onClick={() => put(MADE.segment())}>
          {t('entry.write')}
        </Button>
      )}
    </>
  );
}

function EventTrigger({ trigger, put }: TriggerProps<'event'>) {
  const { t } = useTranslation('builder');
  const properties = useKnownNames().properties[trigger.on.event] ?? [];
  return (
    <>
      <EventFields label={t('entry.eventName')} value={trigger.on} onChange={(on) => put({ ...trigger, on })} />
      <Switch
        label={t('entry.onlySome')}
        checked={Boolean(trigger.customer)}
        onChange={(event) =>
          put({ ...trigger, customer: event.currentTarget.checked ? { kind: 'all', of: [] } : null })
        }
      />
      {trigger.customer && (
        <ConditionField
          label={t('entry.customer')}
          value={trigger.customer}
          onChange={(customer) => put({ ...trigger, customer })}
        />
      )}
      <Autocomplete
        label={t('entry.key')}
        description={t('entry.keyHelp')}
        data={properties}
        value={trigger.key ?? ''}
        onChange={(key) => put({ ...trigger, key: key || null })}
      />
    </>
  );
}

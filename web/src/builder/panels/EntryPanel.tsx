import { Select, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { newTrigger, TRIGGER_KINDS, type Trigger, type TriggerKind } from '../kinds/trigger';
import { useSegments } from '../names';
import { DateFields, InactivityFields, SegmentChangeFields } from './CustomerTriggers';
import { EventTriggerFields } from './EventTriggerFields';
import type { EditProps } from './panel';
import { SegmentTriggerFields } from './SegmentTriggerFields';

/** How customers enter, and who. */
export default function EntryPanel({ data, change }: EditProps<'entry'>) {
  const { t } = useTranslation('builder');
  const segments = useSegments().data?.items ?? [];
  const kinds = TRIGGER_KINDS.filter((kind) => kind !== 'segment_change' || segments.length > 0);
  return (
    <Stack>
      <Select
        label={t('entry.how')}
        data={kinds.map((kind) => ({ value: kind, label: t(`entry.${kind}`) }))}
        value={data.trigger.kind}
        onChange={(kind) => kind && change({ trigger: newTrigger(kind as TriggerKind, segments[0]?.id ?? '') })}
      />
      <Text size="sm" c="dimmed">
        {t(`entry.${data.trigger.kind}Help`)}
      </Text>
      <Fields trigger={data.trigger} put={(trigger) => change({ trigger })} />
    </Stack>
  );
}

function Fields({ trigger, put }: { trigger: Trigger; put: (next: Trigger) => void }) {
  switch (trigger.kind) {
    case 'segment':
      return <SegmentTriggerFields trigger={trigger} put={put} />;
    case 'event':
      return <EventTriggerFields trigger={trigger} put={put} />;
    case 'segment_change':
      return <SegmentChangeFields trigger={trigger} put={put} />;
    case 'inactivity':
      return <InactivityFields trigger={trigger} put={put} />;
    case 'date':
      return <DateFields trigger={trigger} put={put} />;
    case 'api':
      return null;
  }
}

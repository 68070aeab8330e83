import { Group, Input, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LastFields } from '../conditions/WindowField';
import { AttributeName } from '../fields/AttributeName';
import { EventName } from '../fields/EventFields';
import { PropertyTests } from '../fields/PropertyTests';
import { SegmentField } from '../fields/SegmentField';
import { clock } from '../kinds/say';
import type { TriggerProps } from '../kinds/trigger';
import { Cooldown, OnlySome } from './OnlySome';

export function SegmentChangeFields({ trigger, put }: TriggerProps<'segment_change'>) {
  const { t } = useTranslation('builder');
  return (
    <>
      <SegmentField
        label={t('entry.saved')}
        value={trigger.segment_id}
        onChange={(segment_id) => put({ ...trigger, segment_id })}
      />
      <SegmentedControl
        aria-label={t('entry.change')}
        data={(['entered', 'left'] as const).map((change) => ({ value: change, label: t(`entry.${change}`) }))}
        value={trigger.change}
        onChange={(change) => put({ ...trigger, change: change as typeof trigger.change })}
      />
      <OnlySome value={trigger.customer} onChange={(customer) => put({ ...trigger, customer })} />
      <Cooldown value={trigger.cooldown} onChange={(cooldown) => put({ ...trigger, cooldown })} />
    </>
  );
}

export function InactivityFields({ trigger, put }: TriggerProps<'inactivity'>) {
  const { t } = useTranslation('builder');
  const any = trigger.event === '*';
  return (
    <>
      <Switch
        label={t('entry.anyEvent')}
        checked={any}
        onChange={(event) => put({ ...trigger, event: event.currentTarget.checked ? '*' : 'Signed In', where: [] })}
      />
      {!any && (
        <>
          <EventName
            label={t('entry.eventName')}
            value={trigger.event}
            onChange={(event) => put({ ...trigger, event })}
          />
          <PropertyTests
            event={trigger.event}
            value={trigger.where ?? []}
            onChange={(where) => put({ ...trigger, where })}
          />
        </>
      )}
      <Input.Wrapper label={t('entry.silence')} labelElement="div">
        <Group gap={6} mt={4}>
          <LastFields value={trigger.silence} onChange={(silence) => put({ ...trigger, silence })} />
        </Group>
      </Input.Wrapper>
      <OnlySome value={trigger.customer} onChange={(customer) => put({ ...trigger, customer })} />
    </>
  );
}

export function DateFields({ trigger, put }: TriggerProps<'date'>) {
  const { t } = useTranslation('builder');
  return (
    <>
      <AttributeName
        label={t('wait.attribute')}
        value={trigger.attribute}
        onChange={(attribute) => put({ ...trigger, attribute })}
      />
      <NumberInput
        label={t('wait.offset')}
        description={t('wait.offsetHelp')}
        min={-366}
        max={366}
        value={trigger.offset_days}
        onChange={(days) => typeof days === 'number' && put({ ...trigger, offset_days: days })}
      />
      <TextInput
        type="time"
        label={t('wait.time')}
        w={140}
        value={clock(trigger.time)}
        onChange={(event) => event.currentTarget.value && put({ ...trigger, time: `${event.currentTarget.value}:00` })}
      />
      <Switch
        label={t('wait.yearly')}
        checked={trigger.yearly}
        onChange={(event) => put({ ...trigger, yearly: event.currentTarget.checked })}
      />
      <OnlySome value={trigger.customer} onChange={(customer) => put({ ...trigger, customer })} />
    </>
  );
}

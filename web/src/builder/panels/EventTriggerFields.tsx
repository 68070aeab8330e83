import { NumberInput, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DurationField } from '../fields/DurationField';
import { EventFields } from '../fields/EventFields';
import { Suggest } from '../fields/Suggest';
import type { TriggerProps } from '../kinds/trigger';
import { useKnownNames } from '../names';
import { Cooldown, OnlySome } from './OnlySome';

const WEEK = { weeks: 1, days: 0, hours: 0, minutes: 0, seconds: 0 };

export function EventTriggerFields({ trigger, put }: TriggerProps<'event'>) {
  const { t } = useTranslation('builder');
  const properties = useKnownNames().properties[trigger.on.event] ?? [];
  const repeated = trigger.repeated;
  return (
    <>
      <EventFields label={t('entry.eventName')} value={trigger.on} onChange={(on) => put({ ...trigger, on })} />
      <Suggest
        label={t('entry.key')}
        description={t('entry.keyHelp')}
        data={properties}
        value={trigger.key ?? ''}
        onChange={(key) => put({ ...trigger, key: key || null })}
      />
      <Switch
        label={t('entry.hasRepeated')}
        checked={Boolean(repeated)}
        onChange={(event) =>
          put({ ...trigger, repeated: event.currentTarget.checked ? { at_least: 3, within: WEEK } : null })
        }
      />
      {repeated && (
        <>
          <NumberInput
            label={t('entry.times')}
            min={2}
            max={1000}
            value={repeated.at_least}
            onChange={(times) =>
              typeof times === 'number' && times > 1 && put({ ...trigger, repeated: { ...repeated, at_least: times } })
            }
          />
          <DurationField
            label={t('entry.within')}
            value={repeated.within}
            onChange={(within) => put({ ...trigger, repeated: { ...repeated, within } })}
          />
        </>
      )}
      <OnlySome value={trigger.customer} onChange={(customer) => put({ ...trigger, customer })} />
      <Cooldown value={trigger.cooldown} onChange={(cooldown) => put({ ...trigger, cooldown })} />
    </>
  );
}

import { Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Condition, Duration } from '@/api/types';
import { ConditionField } from '../conditions/ConditionField';
import { DurationField } from '../fields/DurationField';

type ConditionProps = { value: Condition | null | undefined; onChange: (value: Condition | null) => void };

/** A condition that a customer must meet to enter, where one is wanted. */
export function OnlySome({ value, onChange }: ConditionProps) {
  const { t } = useTranslation('builder');
  return (
    <>
      <Switch
        label={t('entry.onlySome')}
        checked={Boolean(value)}
        onChange={(event) => onChange(event.currentTarget.checked ? { kind: 'all', of: [] } : null)}
      />
      {value && <ConditionField label={t('entry.customer')} value={value} onChange={onChange} />}
    </>
  );
}

const DAY = { weeks: 0, days: 1, hours: 0, minutes: 0, seconds: 0 };
type CooldownProps = { value: Duration | null | undefined; onChange: (value: Duration | null) => void };

/** How long the same customer is kept out after a start. */
export function Cooldown({ value, onChange }: CooldownProps) {
  const { t } = useTranslation('builder');
  return (
    <>
      <Switch
        label={t('entry.hasCooldown')}
        checked={Boolean(value)}
        onChange={(event) => onChange(event.currentTarget.checked ? DAY : null)}
      />
      {value && <DurationField label={t('entry.cooldown')} value={value} onChange={onChange} />}
    </>
  );
}

import { Group, Input, NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Duration } from '@/api/types';
import { UNITS, type Unit } from '../kinds/say';
import { inUnit, smallestUnit } from './duration';

type Props = { label: string; value: Duration; onChange: (value: Duration) => void; description?: string };

/** A length of time as a number and a unit; one of several units is shown in its smallest. */
export function DurationField({ label, value, onChange, description }: Props) {
  const { t } = useTranslation('kinds');
  const unit = smallestUnit(value);
  const amount = inUnit(value, unit);
  return (
    <Input.Wrapper label={label} description={description} labelElement="div">
      <Group gap="xs" wrap="nowrap" mt={4}>
        <NumberInput
          aria-label={label}
          min={0}
          max={99999}
          w={110}
          value={amount}
          onChange={(next) => typeof next === 'number' && next > 0 && onChange(of(next, unit))}
        />
        <Select
          aria-label={`${label}: ${t('units.hours')}, ${t('units.days')}, …`}
          value={unit}
          data={UNITS.map((each) => ({ value: each, label: t(`units.${each}`) }))}
          onChange={(next) => next && onChange(of(amount, next as Unit))}
        />
      </Group>
    </Input.Wrapper>
  );
}

function of(amount: number, unit: Unit): Duration {
  return { weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0, [unit]: amount };
}

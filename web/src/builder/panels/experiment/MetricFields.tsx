import { Group, MultiSelect, NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { KNOWN, useMetricWords } from '@/pages/experiments/useMetricWords';
import { EventName } from '../../fields/EventFields';
import type { PartProps } from './WordsFields';

const VALUES = ['any', 'count', 'revenue'] as const;
const HOURS_A_DAY = 24;
const GUARDS = ['message_unsubscribed', 'message_complained', 'message_bounced', 'Order Refunded'] as const;

/** What is to become better, and what must not become worse. */
export function MetricFields({ form, put }: PartProps) {
  const { t } = useTranslation('experiments');
  const words = useMetricWords();
  const { primary, guardrails } = form;
  const isKnown = (KNOWN as readonly string[]).includes(primary.event);
  return (
    <>
      <Group grow align="flex-start">
        <Select
          label={t('role.primary')}
          allowDeselect={false}
          data={[
            ...KNOWN.map((event) => ({ value: event as string, label: words.event(event) })),
            { value: '', label: t('form.otherEvent') },
          ]}
          value={isKnown ? primary.event : ''}
          onChange={(event) => event !== null && put({ primary: { ...primary, event } })}
        />
        <Select
          label={t('form.counted')}
          allowDeselect={false}
          data={VALUES.map((value) => ({ value, label: t(`form.value.${value}`) }))}
          value={primary.value ?? 'any'}
          onChange={(value) => value && put({ primary: { ...primary, value: value as 'any' }, customers: null })}
        />
      </Group>
      {!isKnown && (
        <EventName
          label={t('form.event')}
          value={primary.event}
          onChange={(event) => put({ primary: { ...primary, event } })}
        />
      )}
      <Group grow align="flex-start">
        <NumberInput
          label={t('form.within')}
          min={1}
          max={90}
          allowDecimal={false}
          value={Math.round((primary.within_hours ?? HOURS_A_DAY) / HOURS_A_DAY)}
          onChange={(days) =>
            typeof days === 'number' && days >= 1 && put({ primary: { ...primary, within_hours: days * HOURS_A_DAY } })
          }
        />
        <MultiSelect
          label={t('form.guardrails')}
          description={t('form.guardrailsHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={GUARDS.map((event) => ({ value: event as string, label: words.event(event) }))}
          value={guardrails}
          onChange={(chosen) => put({ guardrails: chosen })}
        />
      </Group>
    </>
  );
}

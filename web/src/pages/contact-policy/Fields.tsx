import { Group, NumberInput, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { DurationField } from '@/builder/fields/DurationField';
import { Optional } from '@/contact/Optional';
import { of, type Policy, withCooldown } from '@/contact/policy';
import { QuietHoursFields } from '@/contact/QuietHoursFields';
import { NIGHT } from '@/contact/quiet';
import { Caps } from './Caps';
import { Consent } from './Consent';

type Props = { policy: Policy; onChange: (policy: Policy) => void };

const FATIGUE = { unopened: 5, within: of({ days: 30 }), factor: 2 };

/** All limits of the installation, by what they are about. */
export function Fields({ policy, onChange }: Props) {
  const { t } = useTranslation('contacting');
  const put = (part: Partial<Policy>) => onChange({ ...policy, ...part });
  return (
    <Stack>
      <Section title={t('consent.title')}>
        <Consent channels={policy.opt_in_channels ?? []} onChange={(opt_in_channels) => put({ opt_in_channels })} />
      </Section>
      <Section title={t('caps.title')}>
        <Caps caps={policy.caps ?? []} onChange={(caps) => put({ caps })} />
        <Optional
          label={t('yield.on')}
          description={t('yield.help')}
          value={policy.priority_hold}
          initial={of({ days: 1 })}
          onChange={(priority_hold) => put({ priority_hold })}
        >
          {(within) => (
            <DurationField
              label={t('yield.within')}
              value={within}
              onChange={(priority_hold) => put({ priority_hold })}
            />
          )}
        </Optional>
      </Section>
      <Section title={t('quiet.title')}>
        <Optional
          label={t('quiet.on')}
          description={t('quiet.help')}
          value={policy.quiet_hours}
          initial={NIGHT}
          onChange={(quiet_hours) => put({ quiet_hours })}
        >
          {(hours) => <QuietHoursFields value={hours} onChange={(quiet_hours) => put({ quiet_hours })} />}
        </Optional>
      </Section>
      <Section title={t('pace.title')}>
        <Optional
          label={t('cooldown.on')}
          description={t('cooldown.help')}
          value={policy.cooldown}
          initial={of({ hours: 4 })}
          onChange={(cooldown) => onChange(withCooldown(policy, cooldown))}
        >
          {(length) => (
            <DurationField label={t('cooldown.length')} value={length} onChange={(cooldown) => put({ cooldown })} />
          )}
        </Optional>
        <Optional
          label={t('fatigue.on')}
          description={t(policy.cooldown ? 'fatigue.help' : 'fatigue.needsCooldown')}
          value={policy.fatigue}
          initial={FATIGUE}
          disabled={!policy.cooldown}
          onChange={(fatigue) => put({ fatigue })}
        >
          {(fatigue) => <Tiredness value={fatigue} onChange={(next) => put({ fatigue: next })} />}
        </Optional>
      </Section>
      <Section title={t('bounces.title')}>
        <Optional
          label={t('bounces.on')}
          description={t('bounces.help')}
          value={policy.soft_bounces}
          initial={5}
          onChange={(soft_bounces) => put({ soft_bounces })}
        >
          {(count) => (
            <Count
              label={t('bounces.count')}
              max={100}
              value={count}
              onChange={(soft_bounces) => put({ soft_bounces })}
            />
          )}
        </Optional>
      </Section>
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <Stack>{children}</Stack>
    </Paper>
  );
}

type Fatigue = NonNullable<Policy['fatigue']>;

function Tiredness({ value, onChange }: { value: Fatigue; onChange: (value: Fatigue) => void }) {
  const { t } = useTranslation('contacting');
  return (
    <Group align="flex-start">
      <Count
        label={t('fatigue.unopened')}
        max={100}
        value={value.unopened}
        onChange={(unopened) => onChange({ ...value, unopened })}
      />
      <DurationField
        label={t('fatigue.within')}
        value={value.within}
        onChange={(within) => onChange({ ...value, within })}
      />
      <NumberInput
        label={t('fatigue.factor')}
        w={190}
        min={1.1}
        max={100}
        step={0.5}
        decimalScale={2}
        value={value.factor}
        onChange={(factor) => typeof factor === 'number' && factor > 1 && onChange({ ...value, factor })}
      />
      <NumberInput
        label={t('fatigue.leaving')}
        description={t('fatigue.leavingHelp')}
        w={280}
        min={0}
        max={50}
        suffix=" %"
        decimalScale={1}
        value={value.unsubscribe_percentile ?? ''}
        onChange={(share) =>
          onChange({ ...value, unsubscribe_percentile: typeof share === 'number' && share > 0 ? share : null })
        }
      />
      <Text size="xs" c="dimmed" w="100%">
        {t('fatigue.open_trackable')}
      </Text>
    </Group>
  );
}

type CountProps = { label: string; max: number; value: number; onChange: (value: number) => void };

function Count({ label, max, value, onChange }: CountProps) {
  return (
    <NumberInput
      label={label}
      w={240}
      min={1}
      max={max}
      clampBehavior="strict"
      allowDecimal={false}
      value={value}
      onChange={(count) => typeof count === 'number' && count > 0 && onChange(count)}
    />
  );
}

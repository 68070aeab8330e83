import { Alert, Group, NumberInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/useFormat';
import { useMetricWords } from '@/pages/experiments/useMetricWords';
import { Problem } from '@/ui/Problem';
import type { usePower } from './usePower';
import type { PartProps } from './WordsFields';

/** The smallest difference worth finding, and how many customers and days that takes here. */
export function SizeFields({ form, put, power }: PartProps & { power: ReturnType<typeof usePower> }) {
  const { t } = useTranslation('experiments');
  const share = form.primary.value === 'any';
  return (
    <>
      <Group grow align="flex-start">
        <NumberInput
          label={t(share ? 'form.effectPoints' : 'form.effect')}
          min={0.01}
          decimalScale={2}
          value={form.effect}
          onChange={(effect) => typeof effect === 'number' && effect > 0 && put({ effect })}
        />
        <NumberInput
          label={t('plan.customers')}
          min={200}
          max={100_000_000}
          allowDecimal={false}
          thousandSeparator=" "
          placeholder={power.power ? String(power.power.total) : ''}
          value={form.customers ?? ''}
          onChange={(customers) => put({ customers: typeof customers === 'number' ? customers : null })}
        />
      </Group>
      {power.error ? <Problem error={power.error} /> : <Said form={form} power={power} />}
    </>
  );
}

function Said({ form, power: { power, known, baseline, daily } }: Omit<Parameters<typeof SizeFields>[0], 'put'>) {
  const { t } = useTranslation('experiments');
  const { number } = useFormat();
  const words = useMetricWords();
  if (!power)
    return (
      <Text size="sm" c="dimmed">
        {t('form.unknownVariance')}
      </Text>
    );
  const rate = words.value(form.primary, baseline);
  return (
    <Alert color="gray" p="sm" data-testid="power">
      <Text size="sm">
        {t('form.needs', { total: number(power.total), each: number(power.per_arm) })}{' '}
        {power.days !== null && power.days !== undefined
          ? t('form.takes', { count: power.days, n: number(power.days), daily: number(Math.round(daily)) })
          : t('form.noTraffic')}
      </Text>
      <Text size="xs" c="dimmed">
        {t(known ? 'form.baseline' : 'form.assumed', { rate })}
      </Text>
    </Alert>
  );
}

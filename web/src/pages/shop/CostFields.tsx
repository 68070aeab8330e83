import { Input, NumberInput, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/api/types';

const MICROS = 1_000_000;
const PAID: Channel[] = ['email', 'sms', 'whatsapp', 'push'];

/** Channel -> what a message costs, in millionths of the currency. */
export type Costs = Partial<Record<Channel, number>>;

export const sameCosts = (one: Costs, other: Costs) =>
  PAID.every((channel) => (one[channel] ?? 0) === (other[channel] ?? 0));

type Props = { value: Costs; onChange: (value: Costs) => void; disabled: boolean; currency: string | null };

/** What one message costs on each channel: the review of a launch says by it what is spent. */
export function CostFields({ value, onChange, disabled, currency }: Props) {
  const { t } = useTranslation(['contacting', 'app']);
  return (
    <Input.Wrapper label={t('contacting:shop.costs')} description={t('contacting:shop.costsHelp')} labelElement="div">
      <SimpleGrid cols={{ base: 2, xs: 4 }} mt="xs" spacing="xs">
        {PAID.map((channel) => (
          <NumberInput
            key={channel}
            label={t(`app:channel.${channel}`)}
            suffix={currency ? ` ${currency}` : undefined}
            min={0}
            max={1000}
            decimalScale={6}
            allowedDecimalSeparators={[',', '.']}
            hideControls
            disabled={disabled}
            value={value[channel] ? value[channel] / MICROS : ''}
            onChange={(cost) => onChange({ ...value, [channel]: Math.round(Number(cost || 0) * MICROS) })}
          />
        ))}
      </SimpleGrid>
    </Input.Wrapper>
  );
}

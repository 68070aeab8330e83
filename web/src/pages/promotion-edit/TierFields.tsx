import { ActionIcon, Button, Group } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MoneyInput, PercentInput } from '@/promotions/Fields';
import type { Reward } from '@/promotions/model';

type Tiered = Extract<Reward, { kind: 'tiered' }>;
type Tier = Tiered['tiers'][number];
type Props = { reward: Tiered; currency: string; onChange: (reward: Reward) => void };

/** More off the more a cart is worth. */
export function TierFields({ reward, currency, onChange }: Props) {
  const { t } = useTranslation('promotions');
  const { tiers } = reward;
  const put = (next: Tier[]) => onChange({ ...reward, tiers: next });
  const change = (at: number, tier: Tier) => put(tiers.map((each, index) => (index === at ? tier : each)));
  const last = tiers.at(-1);
  return (
    <>
      {tiers.map((tier, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: tiers have no name of their own, and none is moved
        <Group key={at} align="flex-end" gap="sm">
          <MoneyInput
            label={t('reward.from')}
            currency={currency}
            value={tier.at_least}
            onChange={(from) => from && change(at, { ...tier, at_least: from })}
          />
          {tier.amount ? (
            <MoneyInput
              label={t('reward.amount')}
              currency={currency}
              value={tier.amount}
              onChange={(amount) => amount && change(at, { ...tier, amount })}
            />
          ) : (
            <PercentInput
              label={t('reward.percent')}
              value={tier.percent ?? 100}
              onChange={(percent) => change(at, { ...tier, percent })}
            />
          )}
          {tiers.length > 1 && (
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={t('reward.removeTier')}
              onClick={() => put(tiers.filter((_, index) => index !== at))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      <Button
        variant="light"
        w="fit-content"
        leftSection={<IconPlus size={16} />}
        onClick={() =>
          put([
            ...tiers,
            { at_least: (last?.at_least ?? 0) * 2, percent: Math.min(10_000, (last?.percent ?? 500) * 2) },
          ])
        }
      >
        {t('reward.addTier')}
      </Button>
    </>
  );
}

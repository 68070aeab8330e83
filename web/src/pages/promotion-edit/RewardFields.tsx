import { Button, Collapse, Group, Select, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { ItemsFields, MoneyInput, PercentInput, WholeInput } from '@/promotions/Fields';
import { newReward, REWARDS, type Reward, type RewardKind } from '@/promotions/model';
import { type PartProps, Section } from './Section';
import { TierFields } from './TierFields';

/** What a customer gets. */
export function RewardFields({ promotion, put }: PartProps) {
  const { t } = useTranslation('promotions');
  const { reward, currency } = promotion;
  const [narrowing, narrow] = useDisclosure(hasItems(reward));
  const change = (next: Reward) => put({ reward: next });
  function choose(kind: RewardKind) {
    const codes = kind === 'gift_card' ? { ...promotion.codes, kind: 'unique' as const } : promotion.codes;
    put({ reward: newReward(kind), codes });
  }
  return (
    <Section title={t('reward.title')}>
      <Select
        label={t('reward.kind')}
        allowDeselect={false}
        data={REWARDS.map((kind) => ({ value: kind, label: t(`reward.kinds.${kind}`) }))}
        value={reward.kind}
        onChange={(kind) => kind && choose(kind as RewardKind)}
      />
      <Group align="flex-start">
        <Amounts reward={reward} currency={currency} onChange={change} />
      </Group>
      {reward.kind === 'tiered' && <TierFields reward={reward} currency={currency} onChange={change} />}
      {'of' in reward && (
        <>
          <Button variant="subtle" size="compact-sm" w="fit-content" onClick={narrow.toggle}>
            {t('reward.narrow')}
          </Button>
          <Collapse expanded={narrowing}>
            <ItemsFields value={reward.of} onChange={(of) => change({ ...reward, of })} />
          </Collapse>
        </>
      )}
    </Section>
  );
}

const hasItems = (reward: Reward) => 'of' in reward && Object.values(reward.of).some((list) => list.length > 0);

type AmountsProps = { reward: Reward; currency: string; onChange: (reward: Reward) => void };

function Amounts({ reward, currency, onChange }: AmountsProps) {
  const { t } = useTranslation('promotions');
  const most = (value: number | null | undefined, set: (minor: number | null) => void) => (
    <MoneyInput
      label={t('reward.most')}
      placeholder={t('reward.noMost')}
      currency={currency}
      value={value}
      onChange={set}
    />
  );
  switch (reward.kind) {
    case 'percent':
      return (
        <>
          <PercentInput
            label={t('reward.percent')}
            value={reward.percent}
            onChange={(percent) => onChange({ ...reward, percent })}
          />
          {most(reward.most, (next) => onChange({ ...reward, most: next || null }))}
        </>
      );
    case 'fixed':
    case 'per_item':
      return (
        <MoneyInput
          label={t('reward.amount')}
          currency={currency}
          value={reward.amount}
          onChange={(amount) => amount && onChange({ ...reward, amount })}
        />
      );
    case 'free_item':
      return (
        <>
          <TextInput
            label={t('reward.product')}
            value={reward.product}
            onChange={(event) => onChange({ ...reward, product: event.currentTarget.value })}
          />
          <WholeInput
            label={t('reward.quantity')}
            max={1_000}
            value={reward.quantity}
            onChange={(quantity) => quantity && onChange({ ...reward, quantity })}
          />
        </>
      );
    case 'buy_get':
      return (
        <>
          <WholeInput
            label={t('reward.buy')}
            max={1_000}
            value={reward.buy}
            onChange={(buy) => buy && onChange({ ...reward, buy })}
          />
          <WholeInput
            label={t('reward.get')}
            max={1_000}
            value={reward.get}
            onChange={(get) => get && onChange({ ...reward, get })}
          />
          <PercentInput
            label={t('reward.getPercent')}
            value={reward.percent}
            onChange={(percent) => onChange({ ...reward, percent })}
          />
        </>
      );
    case 'free_shipping':
      return most(reward.most, (next) => onChange({ ...reward, most: next || null }));
    case 'gift_card':
      return (
        <MoneyInput
          label={t('reward.balance')}
          currency={currency}
          value={reward.balance}
          onChange={(balance) => balance && onChange({ ...reward, balance })}
        />
      );
    default:
      return null;
  }
}

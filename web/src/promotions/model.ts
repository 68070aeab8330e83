import type { Schemas } from '@/api/types';

export type Promotion = Schemas['Promotion'];
export type PromotionView = Schemas['PromotionView'];
export type Reward = Promotion['reward'];
export type RewardKind = Reward['kind'];
export type Rule = NonNullable<Promotion['rules']>[number];
export type RuleKind = Rule['kind'];
export type Budget = Schemas['PromotionBudget'];
export type Schedule = Schemas['PromotionSchedule'];
export type CodeRules = Schemas['CodeRules'];
export type Items = Schemas['ItemFilter'];
export type State = PromotionView['state'];

const EVERYTHING: Items = { products: [], categories: [], brands: [], without_products: [], without_categories: [] };

export const REWARDS: RewardKind[] = [
  'percent',
  'fixed',
  'per_item',
  'free_item',
  'buy_get',
  'free_shipping',
  'tiered',
  'gift_card',
];
export const RULES: RuleKind[] = ['subtotal', 'quantity', 'shop', 'city', 'channel', 'payment', 'first_order'];
export const PER: NonNullable<Budget['per']>[] = [
  'all',
  'customer',
  'household',
  'identifier',
  'shop',
  'campaign',
  'code',
];
export const PERIODS: NonNullable<Budget['period']>[] = ['ever', 'day', 'week', 'month', 'year'];

/** What a new reward of that kind is. */
export function newReward(kind: RewardKind): Reward {
  const made: Record<RewardKind, Reward> = {
    percent: { kind: 'percent', percent: 1_000, base: 'discounted', of: EVERYTHING },
    fixed: { kind: 'fixed', amount: 500, of: EVERYTHING },
    per_item: { kind: 'per_item', amount: 100, of: EVERYTHING },
    free_item: { kind: 'free_item', product: '', quantity: 1 },
    buy_get: { kind: 'buy_get', buy: 2, get: 1, percent: 10_000, of: EVERYTHING },
    free_shipping: { kind: 'free_shipping' },
    tiered: { kind: 'tiered', tiers: [{ at_least: 5_000, percent: 500 }], of: EVERYTHING },
    gift_card: { kind: 'gift_card', balance: 2_500 },
  };
  return made[kind];
}

export function newRule(kind: RuleKind): Rule {
  if (kind === 'subtotal') return { kind, at_least: 3_000, of: EVERYTHING };
  if (kind === 'quantity') return { kind, at_least: 2, of: EVERYTHING };
  if (kind === 'first_order') return { kind };
  return { kind, any_of: [] };
}

/** What a promotion begins as. */
export const blank = (currency: string, zone: string): Promotion => ({
  currency,
  reward: newReward('percent'),
  rules: [],
  schedule: { clock: 'fixed', zone, weekdays: [], hours: [] },
  audience: null,
  budgets: [{ of: 'uses', limit: 1_000, per: 'all', period: 'ever' }],
  partial: false,
  stacking: { mode: 'joint', order: 100 },
  codes: { kind: 'none', personal: false },
  alert_percent: 80,
});

/** How many digits a currency has behind the point: 2 of EUR, 0 of JPY, 3 of KWD. */
export const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** Minor units as an amount: 1250 is 12.5 in EUR. */
export const toAmount = (minor: number, currency: string): number => minor / 10 ** digitsOf(currency);

/** An amount in minor units: 12.5 in EUR is 1250. */
export const toMinor = (amount: number, currency: string): number => Math.round(amount * 10 ** digitsOf(currency));

export type Wrong = 'nameMissing' | 'productMissing' | 'ruleEmpty' | 'giftCardCodes' | 'budgetTwice' | 'daysReversed';

/** What the API would refuse. */
export function wrong(name: string, { reward, rules, codes, budgets, schedule }: Promotion): Wrong[] {
  const keys = (budgets ?? []).map(({ of, per, period }) => `${of}/${per}/${period}`);
  const lists = (rules ?? []).flatMap((rule) => ('any_of' in rule ? [rule.any_of] : []));
  const { first_day: first, last_day: last } = schedule ?? {};
  return [
    ...(name.trim() === '' ? (['nameMissing'] as const) : []),
    ...(reward.kind === 'free_item' && !reward.product.trim() ? (['productMissing'] as const) : []),
    ...(lists.some((list) => list.length === 0) ? (['ruleEmpty'] as const) : []),
    ...(reward.kind === 'gift_card' && codes?.kind !== 'unique' ? (['giftCardCodes'] as const) : []),
    ...(new Set(keys).size < keys.length ? (['budgetTwice'] as const) : []),
    ...(first && last && last < first ? (['daysReversed'] as const) : []),
  ];
}

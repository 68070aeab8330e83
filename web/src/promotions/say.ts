import type { TFunction } from 'i18next';
import type { Budget, CodeRules, Items, Promotion, Reward, Rule, Schedule } from './model';

type T = TFunction<['promotions', 'app']>;
/** How amounts (minor units), percentages (hundredths of one), numbers, days and lists are written. */
export type Written = {
  amount: (minor: number, currency: string) => string;
  percent: (hundredths: number) => string;
  number: (value: number) => string;
  day: (day: string) => string;
  list: (words: string[]) => string;
  choice: (words: string[]) => string;
  weekday: (day: number) => string;
};
export type Line = { key: string; text: string };

/** A promotion said back: what a customer gets, when, and within which limits; a sentence each. */
export function sayPromotion(promotion: Promotion, t: T, written: Written): Line[] {
  const { reward, rules = [], schedule, codes, budgets = [], stacking, currency, partial } = promotion;
  return [
    { key: 'reward', text: sayReward(reward, currency, t, written) },
    ...rules.map((rule, at) => ({ key: `rule-${at}`, text: sayRule(rule, currency, t, written) })),
    ...(schedule ? saySchedule(schedule, t, written).map((text, at) => ({ key: `schedule-${at}`, text })) : []),
    ...(codes ? [{ key: 'codes', text: sayCodes(codes, t, written) }] : []),
    ...budgets.map((budget, at) => ({ key: `budget-${at}`, text: sayBudget(budget, currency, t, written) })),
    ...(partial ? [{ key: 'partial', text: t('promotions:say.partial') }] : []),
    ...(budgets.length === 0 ? [{ key: 'unlimited', text: t('promotions:say.unlimited') }] : []),
    {
      key: 'stacking',
      text: stacking?.group
        ? t('promotions:say.group', { group: stacking.group })
        : t(`promotions:say.stacking.${stacking?.mode ?? 'joint'}`),
    },
  ];
}

/** "20 % off shoes, at most €50.00". */
export function sayReward(reward: Reward, currency: string, t: T, written: Written): string {
  const money = (minor: number) => written.amount(minor, currency);
  const most = (given: number | null | undefined) => (given ? t('promotions:say.most', { amount: money(given) }) : '');
  const of = 'of' in reward ? sayItems(reward.of, t, written) : '';
  switch (reward.kind) {
    case 'percent':
      return t('promotions:say.reward.percent', { percent: written.percent(reward.percent), of }) + most(reward.most);
    case 'fixed':
      return t('promotions:say.reward.fixed', { amount: money(reward.amount), of });
    case 'per_item':
      return t('promotions:say.reward.per_item', { amount: money(reward.amount), of });
    case 'free_item':
      return t('promotions:say.reward.free_item', { count: reward.quantity ?? 1, product: reward.product || '…' });
    case 'buy_get':
      return reward.percent === undefined || reward.percent === 10_000
        ? t('promotions:say.reward.buy_get_free', { buy: reward.buy, get: reward.get, of })
        : t('promotions:say.reward.buy_get', {
            buy: reward.buy,
            get: reward.get,
            percent: written.percent(reward.percent),
            of,
          });
    case 'free_shipping':
      return t('promotions:say.reward.free_shipping') + most(reward.most);
    case 'tiered':
      return t('promotions:say.reward.tiered', {
        of,
        tiers: written.list(
          reward.tiers.map((tier) =>
            t('promotions:say.tier', {
              off: tier.percent ? written.percent(tier.percent) : money(tier.amount ?? 0),
              from: money(tier.at_least),
            }),
          ),
        ),
      });
    case 'gift_card':
      return t('promotions:say.reward.gift_card', { amount: money(reward.balance) });
  }
}

function sayItems(items: Items | undefined, t: T, written: Written): string {
  const of = [...(items?.categories ?? []), ...(items?.brands ?? []), ...(items?.products ?? [])];
  const without = [...(items?.without_categories ?? []), ...(items?.without_products ?? [])];
  const named = of.length ? written.list(of) : t('promotions:say.everything');
  return without.length ? t('promotions:say.without', { named, without: written.list(without) }) : named;
}

function sayRule(rule: Rule, currency: string, t: T, written: Written): string {
  switch (rule.kind) {
    case 'subtotal':
      return t('promotions:say.rule.subtotal', {
        amount: written.amount(rule.at_least, currency),
        of: sayItems(rule.of, t, written),
      });
    case 'quantity':
      return t('promotions:say.rule.quantity', { count: rule.at_least ?? 1, of: sayItems(rule.of, t, written) });
    case 'first_order':
      return t('promotions:say.rule.first_order');
    default:
      return t(`promotions:say.rule.${rule.kind}`, { names: written.choice(rule.any_of) || '…' });
  }
}

function saySchedule(schedule: Schedule, t: T, written: Written): string[] {
  const { first_day: first, last_day: last, weekdays = [], hours = [], clock = 'fixed', zone = 'UTC' } = schedule;
  const days = { first: first ? written.day(first) : '', last: last ? written.day(last) : '' };
  const span = first && last ? 'between' : first ? 'from' : last ? 'until' : 'always';
  const times = written.choice(hours.map(({ start, end }) => `${start.slice(0, 5)}–${end.slice(0, 5)}`));
  const narrowed = weekdays.length > 0 || hours.length > 0 || span !== 'always';
  return [
    t(`promotions:say.span.${span}`, days),
    ...(weekdays.length
      ? [t('promotions:say.weekdays', { days: written.choice([...weekdays].sort().map(written.weekday)) })]
      : []),
    ...(hours.length ? [t('promotions:say.hours', { times })] : []),
    ...(narrowed ? [t(`promotions:say.clock.${clock}`, { zone })] : []),
  ];
}

function sayCodes(codes: CodeRules, t: T, written: Written): string {
  const kind = codes.kind ?? 'none';
  const text = t(`promotions:say.codes.${kind}`);
  const uses =
    kind !== 'none' && codes.uses
      ? t('promotions:say.codeUses', { count: codes.uses, n: written.number(codes.uses) })
      : '';
  const personal = codes.personal ? t('promotions:say.personal') : '';
  const days = codes.valid_days ?? null;
  const valid =
    days === null ? '' : days === 0 ? t('promotions:say.validToday') : t('promotions:say.validDays', { count: days });
  return [text, uses, personal, valid].filter(Boolean).join(' ');
}

/** "At most 1,000 redemptions a day for each customer." */
export function sayBudget(budget: Budget, currency: string, t: T, written: Written): string {
  const limit =
    budget.of === 'amount'
      ? t('promotions:say.limit.amount', { amount: written.amount(budget.limit, currency) })
      : t('promotions:say.limit.uses', { count: budget.limit, n: written.number(budget.limit) });
  const per = t(`promotions:say.per.${budget.per ?? 'all'}`);
  const often = budget.period ?? 'ever';
  const period = often === 'ever' ? '' : t(`promotions:say.period.${often}`);
  return t('promotions:say.budget', { limit, per, period }).replaceAll(/\s+/g, ' ').replace(/\s\./, '.');
}

import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import en from '@/i18n/en';
import { blank, newReward, newRule, REWARDS, RULES, toAmount, toMinor, wrong } from './model';
import { sayPromotion, type Written } from './say';

const written: Written = {
  amount: (minor, currency) => `${toAmount(minor, currency)} ${currency}`,
  percent: (hundredths) => `${hundredths / 100} %`,
  number: String,
  day: (day) => day,
  list: (words) => words.join(' and '),
  choice: (words) => words.join(' or '),
  weekday: (day) => ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][day] ?? '?',
};
const summer = {
  ...blank('EUR', 'Europe/Rome'),
  rules: [newRule('subtotal'), { kind: 'city' as const, any_of: ['Milan', 'Rome'] }],
  codes: { kind: 'unique' as const, personal: true, uses: 1, valid_days: 14 },
};

beforeAll(() => i18next.init({ lng: 'en', resources: { en }, interpolation: { escapeValue: false } }));

it('says a promotion in sentences', () => {
  const promotion = {
    ...summer,
    schedule: { clock: 'fixed' as const, zone: 'Europe/Rome', last_day: '2026-08-31', weekdays: [6, 7], hours: [] },
    budgets: [{ of: 'amount' as const, limit: 100_000, per: 'customer' as const, period: 'month' as const }],
  };
  const t = i18next.getFixedT(null, ['promotions', 'app']) as never;
  expect(sayPromotion(promotion, t, written).map(({ text }) => text)).toEqual([
    '10 % off everything.',
    'If everything is worth 30 EUR or more.',
    'In Milan or Rome.',
    'Until the end of 2026-08-31.',
    'Only on Sat or Sun.',
    'By the clock of Europe/Rome.',
    "With a code of one's own. It is used once. Only its owner redeems it. It is valid for 14 days from its issue.",
    'At most 1000 EUR of discounts for each customer a month.',
    'It combines with other promotions.',
  ]);
});

it('has words for every reward and rule', () => {
  const t = i18next.getFixedT(null, ['promotions', 'app']) as never;
  const rules = RULES.map(newRule);
  for (const reward of REWARDS.map(newReward))
    for (const { text } of sayPromotion({ ...summer, reward, rules }, t, written))
      expect(text).not.toMatch(/say\.|\{\{/);
});

it('keeps amounts in the digits of the currency', () => {
  expect([toMinor(12.5, 'EUR'), toMinor(300, 'JPY'), toMinor(1.005, 'KWD'), toMinor(1.15, 'EUR')]).toEqual([
    1_250, 300, 1_005, 115,
  ]);
});

it('finds what the API would refuse', () => {
  expect(wrong('Summer', summer)).toEqual([]);
  expect(
    wrong(' ', { ...summer, reward: newReward('gift_card'), codes: { kind: 'generic', personal: false } }),
  ).toEqual(['nameMissing', 'giftCardCodes']);
});

import { expect, it } from 'vitest';
import { traitWords, words } from './values';

it.each([
  [null, '–'],
  [1234.567, '1,234.57'],
  [true, '✓'],
  ['plain', 'plain'],
  [['a', 'b'], 'a, b'],
  [[1, 2, 3, 4, 5, 6, 7], '1, 2, 3, 4, 5 +2'],
  [{ name: 'Milk', price: 2 }, 'Milk, price: 2'],
  [[{ name: 'Milk' }], 'Milk'],
])('says %j as %s', (value, said) => {
  expect(words(value, 'en')).toBe(said);
});

it('says a moment in the language', () => {
  expect(words('2026-11-22T10:00:00Z', 'it')).toMatch(/22 nov 2026/);
});

it('says amounts with their currency, and never adds those of several', () => {
  const traits = {
    revenue: 85,
    revenue_currency: 'USD',
    other_revenue: { EUR: { orders: 2, revenue: 20 } },
    orders: 5,
  };
  expect(traitWords('revenue', traits.revenue, traits, 'en')).toBe('$85.00');
  expect(traitWords('other_revenue', traits.other_revenue, traits, 'en')).toBe('€20.00 (2)');
  expect(traitWords('orders', traits.orders, traits, 'en')).toBe('5');
  expect(traitWords('revenue', 85, {}, 'en')).toBe('85');
});

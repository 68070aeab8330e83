import { expect, it } from 'vitest';
import { added } from './money';

it('adds each currency on its own, without the drift of floats', () => {
  const sums = added(
    [
      { currency: 'EUR', amount: 0.1 },
      { currency: null, amount: 7 },
    ],
    [
      { currency: 'EUR', amount: 0.2 },
      { currency: 'USD', amount: 20 },
    ],
  );
  expect(sums).toEqual([
    { currency: 'USD', amount: 20 },
    { currency: null, amount: 7 },
    { currency: 'EUR', amount: 0.3 },
  ]);
});

it('has nothing where nothing was earned', () => {
  expect(added([], [])).toEqual([]);
});

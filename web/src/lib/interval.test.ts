import { describe, expect, it } from 'vitest';
import { rateOf } from './interval';

describe('rateOf', () => {
  it.each([
    // part, whole, low, high: Wilson (1927), as tables of it give
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [81, 263, 0.2553, 0.3662],
    [1, 1000, 0.0002, 0.0056],
  ])('%i of %i lies between %f and %f', (part, whole, low, high) => {
    const rate = rateOf(part, whole);
    expect(rate?.low).toBeCloseTo(low, 3);
    expect(rate?.high).toBeCloseTo(high, 3);
  });

  it('says nothing of nothing', () => {
    expect(rateOf(0, 0)).toBeNull();
  });

  it('never leaves the range from none to all', () => {
    for (let whole = 1; whole < 60; whole++)
      for (let part = 0; part <= whole; part++) {
        const rate = rateOf(part, whole);
        expect(rate && rate.low <= rate.share && rate.share <= rate.high && rate.low >= 0 && rate.high <= 1).toBe(true);
      }
  });
});

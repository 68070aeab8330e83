import { expect, it } from 'vitest';
import { inPoints, relative, share } from './change';

it('compares with the period before', () => {
  expect(relative(120, 100)).toEqual({ kind: 'up', by: 0.2 });
  expect(relative(25, 100)).toEqual({ kind: 'down', by: 0.75 });
  expect(relative(7, 7)).toEqual({ kind: 'same' });
  expect(relative(0, 0)).toEqual({ kind: 'same' });
  expect(relative(3, 0)).toEqual({ kind: 'fresh' });
});

it('compares rates in percentage points', () => {
  expect(inPoints(0.5, 0.25)).toEqual({ kind: 'up', by: 0.25 });
  expect(inPoints(0.5, null)).toEqual({ kind: 'fresh' });
  expect(inPoints(null, 0.5)).toBeNull();
});

it('has no rate of nothing, and none above one', () => {
  expect(share(1, 0)).toBeNull();
  expect(share(1, 4)).toBe(0.25);
  expect(share(5, 4)).toBe(1);
});

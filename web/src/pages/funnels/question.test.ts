import { describe, expect, it } from 'vitest';
import { FIRST, questionOf, shareOf } from './question';

describe('a funnel', () => {
  it('is asked when each step has an event', () => {
    expect(questionOf(FIRST)?.funnel.steps).toHaveLength(2);
    expect(questionOf({ ...FIRST, steps: [{ key: 0, event: ' ' }, ...FIRST.steps] })).toBeNull();
    expect(questionOf({ ...FIRST, steps: FIRST.steps.slice(1) })).toBeNull();
  });

  it('compares each step with the one before', () => {
    const steps = [{ reached: 8 }, { reached: 2 }, { reached: 0 }, { reached: 0 }];
    expect(steps.map((_, place) => shareOf(steps, place))).toEqual([1, 0.25, 0, 0]);
  });
});

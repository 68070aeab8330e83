import { expect, it } from 'vitest';
import { burnDown, endsOn } from './burn';
import { blank, type PromotionView } from './model';

const NOW = Date.parse('2026-06-10T12:00:00Z');
const shown: PromotionView = {
  id: 'p',
  name: 'Summer',
  state: 'active',
  revision: 2,
  promotion: blank('EUR', 'UTC'),
  budgets: [{ budget: 'uses/all/ever', taken: 70, most: 1_000 }],
  created_at: '',
  updated_at: '',
};
const day = (at: string, uses: number) => ({ promotion_id: 'p', day: at, uses, amount: uses * 100 });

it('goes down to what is left now', () => {
  const points = burnDown(shown, [day('2026-06-08', 50), day('2026-06-10', 20)], 4, NOW);
  expect(points.map(({ left }) => left)).toEqual([1_000, 950, 950, 930]);
});

it('says when a budget is gone at the pace of a week', () => {
  const points = burnDown(shown, [day('2026-06-10', 70)], 7, NOW);
  expect(endsOn(points, shown)).toBe('2026-09-11');
  expect(endsOn(burnDown(shown, [], 7, NOW), shown)).toBeNull();
});

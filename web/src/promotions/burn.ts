import type { Schemas } from '@/api/types';
import type { PromotionView } from './model';

export type BurnPoint = { day: string; uses: number; amount: number; left: number };
const DAY = 86_400_000;

/** The budget that is watched: of money before uses, the one without a period first. */
export function watched({ promotion }: PromotionView) {
  const forAll = (promotion.budgets ?? []).filter(({ per }) => per === 'all');
  const [first] = forAll.toSorted(
    (a, b) => Number(b.period === 'ever') - Number(a.period === 'ever') || (a.of < b.of ? -1 : 1),
  );
  return first ?? null;
}

/**
 * What was left of the watched budget at the end of each of the last days (UTC), the oldest first; without a budget,
 * what each day redeemed.
 */
export function burnDown(
  shown: PromotionView,
  days: Schemas['BurnDayView'][],
  count: number,
  now = Date.now(),
): BurnPoint[] {
  const budget = watched(shown);
  const mine = new Map(days.filter(({ promotion_id: id }) => id === shown.id).map((each) => [each.day, each]));
  const made = Array.from({ length: count }, (_, at) => {
    const day = new Date(now - (count - 1 - at) * DAY).toISOString().slice(0, 10);
    return { day, uses: mine.get(day)?.uses ?? 0, amount: mine.get(day)?.amount ?? 0, left: 0 };
  });
  if (budget?.period !== 'ever') return made.map((point) => ({ ...point, left: point.uses }));
  const taken = shown.budgets.find((each) => each.budget === `${budget.of}/all/ever`)?.taken ?? 0;
  let left = budget.limit - taken;
  for (const point of made.toReversed()) {
    point.left = left;
    left += budget.of === 'amount' ? point.amount : point.uses;
  }
  return made;
}

/** The day on which the watched budget is gone at the pace of the last week; null where it lasts, or nothing is used. */
export function endsOn(points: BurnPoint[], shown: PromotionView): string | null {
  const budget = watched(shown);
  const last = points.at(-1);
  if (budget?.period !== 'ever' || !last) return null;
  const week = points.slice(-7);
  const pace = week.reduce((sum, point) => sum + (budget.of === 'amount' ? point.amount : point.uses), 0) / week.length;
  if (pace <= 0 || last.left <= 0) return null;
  const days = last.left / pace;
  return days > 3650 ? null : new Date(Date.parse(last.day) + days * DAY).toISOString().slice(0, 10);
}

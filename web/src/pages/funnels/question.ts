import type { FunnelQuestion } from '@/api/reports';
import { lastDays } from '@/lib/period';

export type Draft = {
  steps: { key: number; event: string }[];
  order: 'ordered' | 'strict' | 'any';
  windowDays: number;
  days: number;
  breakdown: string;
};

const DAY_SECONDS = 86_400;
export const MOST_STEPS = 10;

export const FIRST: Draft = {
  steps: [
    { key: 0, event: 'Product Viewed' },
    { key: 1, event: 'Order Completed' },
  ],
  order: 'ordered',
  windowDays: 14,
  days: 30,
  breakdown: '',
};

/** What the API is asked; null while a step has no event. */
export function questionOf(draft: Draft): FunnelQuestion | null {
  const names = draft.steps.map(({ event }) => event.trim());
  if (names.length < 2 || names.some((name) => name === '')) return null;
  return {
    funnel: {
      steps: names.map((event) => ({ kind: 'event', event })),
      order: draft.order,
      window_seconds: draft.windowDays * DAY_SECONDS,
      ...(draft.breakdown ? { breakdown: draft.breakdown } : {}),
    },
    period: lastDays(draft.days),
  } as FunnelQuestion;
}

/** The share of those of the step before; of the first step, all. */
export const shareOf = (steps: { reached: number }[], place: number): number => {
  const before = steps[place - 1]?.reached ?? steps[place]?.reached ?? 0;
  return before === 0 ? 0 : (steps[place]?.reached ?? 0) / before;
};

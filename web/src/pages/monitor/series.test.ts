import { expect, it } from 'vitest';
import { filled, grid } from './series';

type Point = Parameters<typeof grid>[0]['points'][number];
const point = (at: string, channel: Point['channel'], metric: string, n: number, amount = 0): Point => ({
  at,
  channel,
  metric,
  n,
  currency: amount ? 'EUR' : null,
  amount,
});
const SERIES = {
  width_seconds: 60,
  points: [
    point('2026-11-22T10:01:00Z', 'sms', 'sent', 2),
    point('2026-11-22T10:00:00Z', 'push', 'sent', 3),
    point('2026-11-22T10:00:00Z', 'sms', 'sent', 1),
    point('2026-11-22T10:00:00Z', null, 'entered', 4),
    point('2026-11-22T10:01:00Z', 'sms', 'conversions', 1, 12.5),
  ],
} as Parameters<typeof grid>[0];

it('adds channels together, in the order of time', () => {
  const rows = grid(SERIES, 'all');
  expect(rows.map(({ counts }) => [counts.entered, counts.sent, counts.conversions])).toEqual([
    [4, 4, 0],
    [0, 2, 1],
  ]);
  expect(rows[1]?.revenue).toEqual([{ currency: 'EUR', amount: 12.5 }]);
});

it('keeps to one channel', () => {
  expect(grid(SERIES, 'push').map(({ counts }) => counts.sent)).toEqual([3]);
});

it('draws nothing happening as nothing, not as a slope', () => {
  const rows = grid(
    {
      ...SERIES,
      points: [point('2026-11-22T10:00:00Z', 'sms', 'sent', 1), point('2026-11-22T10:03:00Z', 'sms', 'sent', 2)],
    },
    'all',
  );
  expect(filled(rows, 60).map(({ counts }) => counts.sent)).toEqual([1, 0, 0, 2]);
  expect(filled([], 60)).toEqual([]);
});

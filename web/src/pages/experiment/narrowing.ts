import type { Experiment } from '@/api/experiments';

export type Point = { at: string; exposed: number; effect: number; low: number; high: number };

/** What was known of an arm at each look that could say something, and now; on the scale that is shown. */
export function pointsOf(experiment: Experiment, arm: string, scale: number): Point[] {
  const seen = experiment.looks.map(({ at, exposed, effects }) => ({ at, exposed, effects }));
  return seen.flatMap(({ at, exposed, effects }) => {
    const found = effects.find((each) => each.arm === arm && each.metric === 0);
    if (!found || found.effect === null || found.low === null || found.high === null) return [];
    return [{ at, exposed, effect: found.effect * scale, low: found.low * scale, high: found.high * scale }];
  });
}

const rounded = (value: number) => Number(value.toFixed(4));

/** Three lines: the estimate, and a band of what lies between the ends of its interval. */
export function bandOf(points: Point[], x: (point: Point) => string | number, colour: string) {
  const at = (y: (point: Point) => number) => points.map((point) => [x(point), rounded(y(point))]);
  const edge = { type: 'line', symbol: 'none', lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
  return {
    low: { ...edge, stack: 'band', stackStrategy: 'all', data: at(({ low }) => low) },
    width: {
      ...edge,
      stack: 'band',
      stackStrategy: 'all',
      areaStyle: { color: colour, opacity: 0.18 },
      data: at(({ low, high }) => high - low),
    },
    line: { type: 'line', showSymbol: points.length < 40, color: colour, data: at(({ effect }) => effect) },
  };
}

type Weighted = { weight: number };

/** Each arm keeps that much at least. */
const LEAST = 1;

/**
 * Moves the border behind the arm at `index` to `at`, in percent of the whole. Only the two arms beside it change;
 * weights are whole percents afterwards.
 */
export function moveBorder<Arm extends Weighted>(arms: readonly Arm[], index: number, at: number): Arm[] {
  const whole = percents(arms);
  const before = whole.slice(0, index).reduce((sum, each) => sum + each, 0);
  const both = (whole[index] ?? 0) + (whole[index + 1] ?? 0);
  const left = Math.min(Math.max(Math.round(at - before), LEAST), both - LEAST);
  return arms.map((arm, place) => {
    if (place === index) return { ...arm, weight: left };
    return { ...arm, weight: place === index + 1 ? both - left : (whole[place] ?? LEAST) };
  });
}

/** Shares as whole percents that make a hundred: what rounding leaves goes to those it took most from. */
export function percents(arms: readonly Weighted[]): number[] {
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  const exact = arms.map(({ weight }) => (weight / total) * 100);
  const whole = exact.map((each) => Math.max(Math.floor(each), LEAST));
  const order = exact.map((each, place) => [each - Math.floor(each), place] as const).sort(([a], [b]) => b - a);
  let left = 100 - whole.reduce((sum, each) => sum + each, 0);
  for (const [, place] of order) {
    if (left <= 0) break;
    whole[place] = (whole[place] ?? 0) + 1;
    left -= 1;
  }
  return whole;
}

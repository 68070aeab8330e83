/** Percentages of weights, to one decimal place at most. */
export function shares(arms: readonly { weight: number }[]): number[] {
  const total = arms.reduce((sum, arm) => sum + arm.weight, 0);
  return arms.map((arm) => (total > 0 ? Math.round((arm.weight / total) * 1000) / 10 : 0));
}

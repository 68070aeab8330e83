import type { Schemas } from '@/api/types';

export type Money = Schemas['MoneyView'];

/** Sums by currency, the largest first: amounts of several currencies are never added. */
export function added(...sums: Money[][]): Money[] {
  const totals = new Map<string | null, number>();
  for (const { currency, amount } of sums.flat()) {
    // in hundredths of the unit's hundredth: sums of floats drift
    totals.set(currency, Math.round((totals.get(currency) ?? 0) * 1e4 + amount * 1e4) / 1e4);
  }
  return [...totals].map(([currency, amount]) => ({ currency, amount })).sort((a, b) => b.amount - a.amount);
}

import type { Effect, Experiment, Metric } from '@/api/experiments';

export type Role = 'primary' | 'secondary' | 'guardrail';
export type Placed = { metric: Metric; index: number; role: Role };

/** The plan's metrics in the order that effects number them by. */
export function metricsOf({ plan }: Pick<Experiment, 'plan'>): Placed[] {
  const placed: [Metric, Role][] = [
    [plan.primary, 'primary'],
    ...(plan.secondary ?? []).map((metric): [Metric, Role] => [metric, 'secondary']),
    ...(plan.guardrails ?? []).map((metric): [Metric, Role] => [metric, 'guardrail']),
  ];
  return placed.map(([metric, role], index) => ({ metric, index, role }));
}

export type Verdict = 'few' | 'better' | 'worse' | 'open' | 'inconclusive';

/** What may be said of an arm on the primary metric. */
export function verdictOf(effect: Effect, { state, decisions }: Pick<Experiment, 'state' | 'decisions'>): Verdict {
  if (effect.low === null || effect.high === null) return 'few';
  if (effect.better) return 'better';
  if (effect.worse) return 'worse';
  const over = state === 'stopped' && decisions.some(({ kind }) => kind === 'inconclusive');
  return over ? 'inconclusive' : 'open';
}

export const labelOf = (arms: { arm: string; label: string }[], arm: string | null) =>
  arms.find((each) => each.arm === arm)?.label || arm || '';

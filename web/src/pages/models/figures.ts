import type { Card, Drift, Estimate, Metrics, Model, Outcome } from '@/api/intelligence';

const SHIFT = 0.25;
const MOVING = 0.1;

export const figureValue = (figure: number | Estimate): number => (typeof figure === 'number' ? figure : figure.value);

/** The figure that decides who makes a score, where less is better. */
const DECIDING = ['log_loss', 'rmse'];

/** By what share the deciding figure is lower than the other's; null where they can't be compared. */
export function gained(ours: Metrics, theirs: Metrics | undefined): number | null {
  const name = DECIDING.find((each) => ours[each] !== undefined && theirs?.[each] !== undefined);
  if (!name || !theirs) return null;
  const [mine, other] = [figureValue(ours[name] as number | Estimate), figureValue(theirs[name] as number | Estimate)];
  return other === 0 ? null : 1 - mine / other;
}

/** The largest index of the features and of the score itself; null before the first scoring. */
export function worstDrift(drift: Drift): number | null {
  const found = [...Object.values(drift.features ?? {}), ...(drift.score === undefined ? [] : [drift.score])];
  return found.length === 0 ? null : Math.max(...found);
}

/** Kinds that score nobody: nothing of theirs is measured for drift. */
const SCORELESS = ['hours', 'recommendations', 'policy'];

export const mayDrift = (kind: string) => !SCORELESS.includes(kind);

export type Drifted = 'none' | 'calm' | 'some' | 'much';

export function drifted(index: number | null): Drifted {
  if (index === null) return 'none';
  if (index >= SHIFT) return 'much';
  return index >= MOVING ? 'some' : 'calm';
}

export type Scored = { name: string; used?: Model; newest?: Model; outcome?: Outcome };

/** One row a score: the model in use and the newest one; behind those, scores that could not be learned so far. */
export function byScore(models: Model[], outcomes: Outcome[]): Scored[] {
  const rows = new Map<string, Scored>();
  for (const model of models) {
    const row = rows.get(model.name) ?? { name: model.name, newest: model };
    if (model.state === 'champion') row.used = model;
    rows.set(model.name, row);
  }
  for (const outcome of outcomes) rows.set(outcome.name, { name: outcome.name, ...rows.get(outcome.name), outcome });
  return [...rows.values()];
}

/** Names of all figures of a card, ours first, in a steady order. */
export function figureNames(metrics: Metrics, card: Card): string[] {
  const others = Object.values(card.beside ?? {}).flatMap((each) => Object.keys(each));
  return [...new Set([...Object.keys(metrics), ...others])];
}

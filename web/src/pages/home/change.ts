/** How a figure moved against the period before. */
export type Change = { kind: 'fresh' } | { kind: 'same' } | { kind: 'up' | 'down'; by: number };

/** Relative to the figure before: 120 against 100 is up by 0.2. Nothing before is no base for a share. */
export function relative(now: number, before: number): Change {
  if (before === 0) return now === 0 ? { kind: 'same' } : { kind: 'fresh' };
  return of((now - before) / before);
}

/** In percentage points, of two rates from 0 to 1; null is a rate of nothing. */
export function inPoints(now: number | null, before: number | null): Change | null {
  if (now === null) return null;
  return before === null ? { kind: 'fresh' } : of(now - before);
}

function of(by: number): Change {
  if (Math.abs(by) < 0.0005) return { kind: 'same' };
  return { kind: by > 0 ? 'up' : 'down', by: Math.abs(by) };
}

/**
 * A share of messages, from 0 to 1; null where there is nothing to take it of. Opens and clicks of a period can be of
 * messages sent before it, so that there may be more of them than messages.
 */
export const share = (part: number, whole: number): number | null => (whole > 0 ? Math.min(part / whole, 1) : null);

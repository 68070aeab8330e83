const DAY_MS = 86_400_000;

/** The last so many days, to this moment. */
export function lastDays(days: number): { since: string; until: string } {
  const now = Date.now();
  return { since: new Date(now - days * DAY_MS).toISOString(), until: new Date(now).toISOString() };
}

import type { Channel, Schemas } from '@/api/types';
import { added, type Money } from '@/lib/money';

export const METRICS = [
  'entered',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'conversions',
  'unsubscribed',
  'bounced',
] as const;
export const CHANNELS: Channel[] = ['email', 'push', 'sms', 'whatsapp', 'in_app', 'silent_push'];
export type Metric = (typeof METRICS)[number];
export type TimeRow = { at: string; counts: Record<Metric, number>; revenue: Money[] };

/** A row for each stretch of time in which something happened, on one channel or on all of them. */
export function grid({ points }: Schemas['SeriesView'], channel: string): TimeRow[] {
  const rows = new Map<string, TimeRow>();
  for (const point of points) {
    if (channel !== 'all' && point.channel !== channel) continue;
    const row = rows.get(point.at) ?? emptyRow(point.at);
    rows.set(point.at, row);
    const metric = METRICS.find((each) => each === point.metric);
    if (metric) row.counts[metric] += point.n;
    if (point.amount) row.revenue = added(row.revenue, [point]);
  }
  return [...rows.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** The same with a row for each stretch in which nothing happened: a line must not lead across a pause. */
export function filled(rows: TimeRow[], widthSeconds: number): TimeRow[] {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return [];
  const width = widthSeconds * 1000;
  const known = new Map(rows.map((row) => [Date.parse(row.at), row]));
  const all: TimeRow[] = [];
  for (let at = Date.parse(first.at); at <= Date.parse(last.at); at += width) all.push(known.get(at) ?? emptyRow(at));
  return all;
}

function emptyRow(at: string | number): TimeRow {
  const counts = Object.fromEntries(METRICS.map((metric) => [metric, 0])) as Record<Metric, number>;
  return { at: typeof at === 'string' ? at : new Date(at).toISOString(), counts, revenue: [] };
}

import type { Launch } from '@/api/home';

const DAY_MS = 86_400_000;

/** A calendar day, "2026-12-31". */
export type Day = string;

const asUtc = (day: Day) => new Date(`${day}T00:00:00Z`);
const dayOf = (moment: Date): Day => moment.toISOString().slice(0, 10);

export const plusDays = (day: Day, count: number): Day => dayOf(new Date(asUtc(day).getTime() + count * DAY_MS));

/** The same day of another month, or its last. */
export function plusMonths(day: Day, count: number): Day {
  const first = asUtc(`${day.slice(0, 7)}-01`);
  first.setUTCMonth(first.getUTCMonth() + count);
  return dayOf(first);
}

export const daysBetween = (from: Day, to: Day): number => Math.round((+asUtc(to) - +asUtc(from)) / DAY_MS);

/** The seven days of the week of a day; weeks begin on Monday. */
export function weekOf(day: Day): Day[] {
  const monday = plusDays(day, -((asUtc(day).getUTCDay() + 6) % 7));
  return Array.from({ length: 7 }, (_, index) => plusDays(monday, index));
}

/** The weeks that hold a day of the month. */
export function monthOf(day: Day): Day[][] {
  const [first, next] = [plusMonths(day, 0), plusMonths(day, 1)];
  const weeks: Day[][] = [];
  for (let begins = weekOf(first)[0] as Day; begins < next; begins = plusDays(begins, 7)) weeks.push(weekOf(begins));
  return weeks;
}

/** On the clock of its schedule. */
export const dayOfLaunch = ({ at, timezone }: Pick<Launch, 'at' | 'timezone'>): Day =>
  new Date(at).toLocaleDateString('sv', { timeZone: timezone });

/** Day -> its launches, in the order given. */
export function byDay(launches: Launch[]): Map<Day, Launch[]> {
  const days = new Map<Day, Launch[]>();
  for (const launch of launches) {
    const day = dayOfLaunch(launch);
    days.set(day, [...(days.get(day) ?? []), launch]);
  }
  return days;
}

/** Where a launch's page is. */
export const pathOf = ({ slug, broadcast_id }: Launch): string =>
  broadcast_id ? `/broadcasts/${broadcast_id}` : `/campaigns/${slug}/monitor`;

export const keyOf = ({ slug, at, kind }: Launch): string => `${kind} ${slug} ${at}`;

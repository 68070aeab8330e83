import type { TFunction } from 'i18next';
import type { FlowSettings } from '@/api/types';
import { clock, weekday } from '../kinds/say';

type Schedule = NonNullable<FlowSettings['schedule']>;

/** "Mondays 17:05, Rome": when a schedule launches, in short. */
export function sayRecurrence(schedule: Schedule, language: string, t: TFunction<'builder'>): string {
  const zone = (schedule.timezone.split('/').at(-1) ?? schedule.timezone).replaceAll('_', ' ');
  const { recurrence } = schedule;
  if (!recurrence) {
    const at = schedule.start ? new Date(schedule.start) : null;
    const options = { dateStyle: 'medium', timeStyle: 'short', timeZone: schedule.timezone } as const;
    return at ? `${at.toLocaleString(language, options)}, ${zone}` : zone;
  }
  const time = clock(recurrence.time);
  if (recurrence.frequency === 'daily') return t('recurs.daily', { time, zone });
  if (recurrence.frequency === 'monthly') return t('recurs.monthly', { day: recurrence.day_of_month, time, zone });
  const days = (recurrence.weekdays ?? []).map((day) => weekday(day, language, 'long')).join(', ');
  return t('recurs.weekly', { days, time, zone });
}

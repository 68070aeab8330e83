import type { Duration, Until } from '@/api/types';
import type { KindText, Words } from './kind';

export const UNITS = ['weeks', 'days', 'hours', 'minutes', 'seconds'] as const;
export type Unit = (typeof UNITS)[number];

/** "2 days 12 hours". */
export function sayDuration(duration: Partial<Duration>, t: KindText): string {
  return UNITS.filter((unit) => duration[unit])
    .map((unit) => t(`kinds:units.${unit}`, { count: duration[unit] }))
    .join(' ');
}

/** 0 is Monday, as in the API. */
export function weekday(day: number, language: string, form: 'short' | 'long' = 'short'): string {
  return new Intl.DateTimeFormat(language, { weekday: form, timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + day));
}

/** "10:00" of "10:00:00". */
export const clock = (time: string) => time.slice(0, 5);

export function sayUntil(until: Until, { t, language }: Pick<Words, 't' | 'language'>): string {
  switch (until.kind) {
    case 'duration':
      return t('kinds:describe.for', { duration: sayDuration(until.duration, t) });
    case 'date':
      return t('kinds:describe.untilDate', { date: sayDate(until.at, language) });
    case 'local_time': {
      const wanted = until.weekdays ?? [];
      const time = clock(until.time);
      if (wanted.join() === '0,1,2,3,4') return t('kinds:describe.untilWeekday', { time });
      if (wanted.join() === '5,6') return t('kinds:describe.untilWeekend', { time });
      const days = wanted.map((day) => weekday(day, language)).join(', ');
      return days ? t('kinds:describe.untilTimeDays', { days, time }) : t('kinds:describe.untilTime', { time });
    }
    case 'best_hour':
      return t('kinds:describe.untilBestHour', { count: until.within_hours });
    case 'attribute_date': {
      const named = { attribute: bare(until.attribute), time: clock(until.time) };
      const days = until.offset_days;
      if (days === 0) return t('kinds:describe.untilAttribute', named);
      return days < 0
        ? t('kinds:describe.untilAttributeBefore', { ...named, count: -days })
        : t('kinds:describe.untilAttributeAfter', { ...named, count: days });
    }
  }
}

/** A date without an offset is read as it is written: it is local to each customer. */
function sayDate(at: string, language: string): string {
  const local = new Date(`${at.slice(0, 16)}Z`);
  return local.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
}

export const bare = (name: string) => name.replace(/^(attributes|traits)\./, '');

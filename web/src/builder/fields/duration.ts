import type { Duration } from '@/api/types';
import { UNITS, type Unit } from '../kinds/say';

export const SECONDS: Record<Unit, number> = { weeks: 604_800, days: 86_400, hours: 3_600, minutes: 60, seconds: 1 };

export function seconds(duration: Partial<Duration>): number {
  return UNITS.reduce((sum, unit) => sum + (duration[unit] ?? 0) * SECONDS[unit], 0);
}

export function smallestUnit(duration: Partial<Duration>): Unit {
  return UNITS.findLast((unit) => duration[unit]) ?? 'days';
}

export function inUnit(duration: Partial<Duration>, unit: Unit): number {
  return seconds(duration) / SECONDS[unit];
}

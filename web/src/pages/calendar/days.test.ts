import { expect, it } from 'vitest';
import { dayOfLaunch, daysBetween, monthOf, plusMonths, weekOf } from './days';

it.each([
  ['2026-12-01', '2026-11-30', '2026-12-06'],
  ['2027-01-03', '2026-12-28', '2027-01-03'],
])('the week of %s is from %s to %s', (day, monday, sunday) => {
  const week = weekOf(day);
  expect([week.length, week[0], week[6]]).toEqual([7, monday, sunday]);
});

it.each([
  ['2026-12-15', 5, '2026-11-30', '2027-01-03'],
  ['2027-02-28', 4, '2027-02-01', '2027-02-28'],
  ['2026-08-31', 6, '2026-07-27', '2026-09-06'],
])('the month of %s has %i weeks, from %s to %s', (day, count, first, last) => {
  const weeks = monthOf(day);
  expect([weeks.length, weeks[0]?.[0], weeks.at(-1)?.[6]]).toEqual([count, first, last]);
});

it('months begin on their first', () => {
  expect(plusMonths('2026-01-31', 1)).toBe('2026-02-01');
  expect(plusMonths('2026-12-31', 1)).toBe('2027-01-01');
  expect(daysBetween('2026-12-31', '2027-03-01')).toBe(60);
});

it('a launch is on the day that its own clock shows', () => {
  expect(dayOfLaunch({ at: '2026-12-31T23:30:00Z', timezone: 'Europe/Rome' })).toBe('2027-01-01');
});

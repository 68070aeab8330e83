import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

export type Period = Schemas['PeriodView'];
export type Performance = Schemas['PerformanceView'];
export type Money = Schemas['MoneyView'];
export type Attention = Schemas['AttentionView'];
export type Checklist = Schemas['ChecklistView'];
export type Launch = Schemas['UpcomingLaunch'];

/** How long a period may be, in days. */
export const PERIODS = [7, 30, 90] as const;
export type Days = (typeof PERIODS)[number];

/** As `campaigns.upcoming.MOST`. */
export const MOST_LAUNCHES = 200;

const MINUTE_MS = 60_000;
const YEAR_DAYS = 366;

export const home = {
  performance: (days: Days) =>
    queryOptions({
      queryKey: ['home', 'performance', days],
      queryFn: () => take(api.GET('/home/performance', { params: { query: { days } } })),
      refetchInterval: MINUTE_MS,
    }),
  attention: () =>
    queryOptions({
      queryKey: ['home', 'attention'],
      queryFn: () => take(api.GET('/home/attention')),
      refetchInterval: MINUTE_MS,
    }),
  checklist: () => queryOptions({ queryKey: ['home', 'checklist'], queryFn: () => take(api.GET('/home/checklist')) }),
  upcoming: () =>
    queryOptions({
      queryKey: ['upcoming', 'all'],
      queryFn: () => take(api.GET('/upcoming-launches', { params: { query: { days: 14 } } })),
      refetchInterval: MINUTE_MS,
    }),
  /** What runs in the next days, for the calendar. */
  ahead: (days: number) =>
    queryOptions({
      queryKey: ['upcoming', 'ahead', days],
      queryFn: () => take(api.GET('/upcoming-launches', { params: { query: { days } } })),
      refetchInterval: MINUTE_MS,
    }),
  /** The next launch of each campaign. */
  next: () =>
    queryOptions({
      queryKey: ['upcoming', 'next'],
      queryFn: () => take(api.GET('/upcoming-launches', { params: { query: { days: YEAR_DAYS, per_campaign: 1 } } })),
    }),
};

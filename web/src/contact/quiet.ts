import type { Schemas } from '@/api/types';

export type QuietHours = Schemas['QuietHours'];

export const NIGHT: QuietHours = { start: '21:00:00', end: '08:00:00' };

/** The same time twice would be no quiet at all, or the whole day: the API refuses it. */
export const isEmpty = ({ start, end }: QuietHours) => start === end;

export const spansMidnight = ({ start, end }: QuietHours) => end < start;

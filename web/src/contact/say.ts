import type { TFunction } from 'i18next';
import type { Duration } from '@/api/types';
import { SECONDS, seconds } from '@/builder/fields/duration';
import { clock, UNITS } from '@/builder/kinds/say';
import { amountOf, type Cap, of, type Policy } from './policy';
import { type QuietHours, spansMidnight } from './quiet';

export type ContactText = TFunction<['contacting', 'kinds', 'app']>;
export type Line = { key: string; text: string /** Nothing leaves by this way at all. */; shuts?: boolean };

/** "2 days 12 hours", in the largest units; in weeks only what is whole weeks: "30 days". */
export function sayLength(duration: Partial<Duration>, t: ContactText): string {
  let left = Math.round(seconds(duration));
  const parts: string[] = [];
  const whole = left % SECONDS.weeks === 0;
  for (const unit of UNITS.filter((each) => each !== 'weeks' || whole)) {
    const count = Math.floor(left / SECONDS[unit]);
    left -= count * SECONDS[unit];
    if (count > 0) parts.push(t(`kinds:units.${unit}`, { count }));
  }
  return parts.join(' ');
}

export function sayCap(cap: Cap, t: ContactText): string {
  const channel = cap.channel ? t(`app:channel.${cap.channel}`) : t('contacting:caps.all');
  const amount = amountOf(cap);
  if (amount === 'none') return t('contacting:words.none', { channel });
  const length = cap.window ? sayLength(cap.window, t) : '';
  const period = t(`contacting:words.${cap.per}`, { length });
  if (amount === 'unlimited') return t('contacting:words.unlimited', { channel, period });
  return t('contacting:words.cap', { channel, period, count: cap.limit ?? 0 });
}

export function sayQuiet(quiet: QuietHours, t: ContactText): string {
  const times = { start: clock(quiet.start), end: clock(quiet.end) };
  return t(spansMidnight(quiet) ? 'contacting:words.quietNight' : 'contacting:words.quiet', times);
}

/** What holds for every customer, a sentence a limit. */
export function sayPolicy(policy: Policy, t: ContactText, number: (value: number) => string = String): Line[] {
  const { quiet_hours: quiet, cooldown, fatigue, priority_hold: yields, soft_bounces: bounces } = policy;
  const asked = (policy.opt_in_channels ?? []).map((each) => t(`app:channel.${each}`)).join(', ');
  const consent = asked ? t('contacting:words.optIn', { channels: asked }) : t('contacting:words.optOut');
  const lines: Line[] = (policy.caps ?? []).map((cap, index) => ({
    key: `cap${index}`,
    text: sayCap(cap, t),
    shuts: amountOf(cap) === 'none',
  }));
  const limited = (policy.caps ?? []).some((cap) => amountOf(cap) !== 'unlimited');
  if (!limited) lines.push({ key: 'often', text: t('contacting:words.noCaps') });
  if (quiet) lines.push({ key: 'quiet', text: sayQuiet(quiet, t) });
  else lines.push({ key: 'quiet', text: t('contacting:words.noQuiet') });
  if (cooldown)
    lines.push({ key: 'cooldown', text: t('contacting:words.cooldown', { length: sayLength(cooldown, t) }) });
  if (cooldown && fatigue) {
    const longer = sayLength(of({ seconds: seconds(cooldown) * fatigue.factor }), t);
    const text = t('contacting:words.fatigue', {
      count: fatigue.unopened,
      within: sayLength(fatigue.within, t),
      factor: number(fatigue.factor),
      longer,
    });
    lines.push({ key: 'fatigue', text });
    if (fatigue.unsubscribe_percentile) {
      const share = number(fatigue.unsubscribe_percentile);
      lines.push({ key: 'leaving', text: t('contacting:words.fatigueLeaving', { share }) });
    }
  }
  if (limited && yields)
    lines.push({ key: 'yield', text: t('contacting:words.yield', { length: sayLength(yields, t) }) });
  const soft =
    bounces === null ? t('contacting:words.neverBounces') : t('contacting:words.bounces', { count: bounces });
  return [{ key: 'consent', text: consent }, ...lines, { key: 'bounces', text: soft }];
}

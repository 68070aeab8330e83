import { hashKey } from '@tanstack/react-query';
import type { Channel, Duration, Schemas } from '@/api/types';
import { seconds } from '@/builder/fields/duration';
import { isEmpty } from './quiet';

export type Policy = Schemas['ContactPolicy'];
export type Cap = Schemas['Cap'];
export type CapChannel = NonNullable<Cap['channel']> | null;
export type Amount = 'some' | 'none' | 'unlimited';

const FIVE_YEARS = 5 * 366 * 86_400;

export const of = (length: Partial<Duration>): Duration => ({
  weeks: 0,
  days: 0,
  hours: 0,
  minutes: 0,
  seconds: 0,
  ...length,
});

/** Consent by name: channels on which marketing needs it. */
export const PRESETS = { eu: ['email', 'sms'], us: [] } as const satisfies Record<string, Channel[]>;
export type Preset = keyof typeof PRESETS;

/** The preset that these channels are; null where none is. */
export function presetOf(channels: Channel[]): Preset | null {
  const key = (each: readonly Channel[]) => [...each].sort().join();
  return (Object.keys(PRESETS) as Preset[]).find((name) => key(PRESETS[name]) === key(channels)) ?? null;
}

export const NEW_CAP: Cap = { channel: null, per: 'day', window: null, limit: 2 };

/** A limit of null is no limit, one of zero is none at all. */
export function amountOf(cap: Cap): Amount {
  if (cap.limit === null || cap.limit === undefined) return 'unlimited';
  return cap.limit === 0 ? 'none' : 'some';
}

export function withAmount(cap: Cap, amount: Amount): Cap {
  const limit = { some: cap.limit || 1, none: 0, unlimited: null }[amount];
  return { ...cap, limit };
}

/** A rolling cap names its window, and no other does. */
export function withPeriod(cap: Cap, per: Cap['per']): Cap {
  return { ...cap, per, window: per === 'rolling' ? (cap.window ?? of({ days: 7 })) : null };
}

/** Fatigue makes cool-downs longer: without one there is none. */
export function withCooldown(policy: Policy, cooldown: Duration | null): Policy {
  return { ...policy, cooldown, fatigue: cooldown ? policy.fatigue : null };
}

export const same = (a: Policy, b: Policy) => hashKey([a]) === hashKey([b]);

const span = (cap: Cap) => (cap.per === 'rolling' && cap.window ? `${seconds(cap.window)}` : cap.per);

/** Indexes of caps that count the same messages as one before them: only the stricter is ever felt. */
export function repeated(caps: Cap[]): number[] {
  const kind = (cap: Cap) => `${cap.channel ?? '*'} ${span(cap)}`;
  return caps.flatMap((cap, index) => (caps.findIndex((each) => kind(each) === kind(cap)) < index ? [index] : []));
}

/** Every cap of zero shuts a channel for marketing; `null` is all of them. */
export function shut(policy: Policy): CapChannel[] {
  return [...new Set((policy.caps ?? []).filter((cap) => cap.limit === 0).map((cap) => cap.channel ?? null))];
}

export type Wrong = 'quietEmpty' | 'tooLong';

/** What the API would refuse. */
export function wrong(policy: Policy): Wrong[] {
  const lengths = [
    policy.cooldown,
    policy.fatigue?.within,
    policy.priority_hold,
    ...(policy.caps ?? []).map((cap) => cap.window),
  ];
  return [
    ...(policy.quiet_hours && isEmpty(policy.quiet_hours) ? (['quietEmpty'] as const) : []),
    ...(lengths.some((length) => length && seconds(length) > FIVE_YEARS) ? (['tooLong'] as const) : []),
  ];
}

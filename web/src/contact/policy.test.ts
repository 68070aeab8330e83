import { describe, expect, it } from 'vitest';
import {
  amountOf,
  type Cap,
  of,
  type Policy,
  presetOf,
  repeated,
  same,
  shut,
  withAmount,
  withCooldown,
  withPeriod,
  wrong,
} from './policy';

const cap = (part: Partial<Cap>): Cap => ({ channel: null, per: 'day', window: null, limit: 2, ...part });
const policy = (part: Partial<Policy>): Policy => ({ caps: [], soft_bounces: 5, ...part });

describe('caps', () => {
  it.each([
    [null, 'unlimited'],
    [undefined, 'unlimited'],
    [0, 'none'],
    [1, 'some'],
  ] as const)('a limit of %s is %s', (limit, amount) => expect(amountOf(cap({ limit }))).toBe(amount));

  it.each(['some', 'none', 'unlimited'] as const)('is read as %s when it was made so', (amount) =>
    expect(amountOf(withAmount(cap({ limit: 0 }), amount))).toBe(amount),
  );

  it('keeps its number where it has one', () => expect(withAmount(cap({ limit: 7 }), 'some').limit).toBe(7));

  it('has a window when it rolls, and only then', () => {
    const rolling = withPeriod(cap({}), 'rolling');
    expect(rolling.window).toEqual(of({ days: 7 }));
    expect(withPeriod({ ...rolling, window: of({ hours: 3 }) }, 'rolling').window).toEqual(of({ hours: 3 }));
    expect(withPeriod(rolling, 'week').window).toBeNull();
  });

  it('counts what another counts: told of the later one', () => {
    const caps = [
      cap({}),
      cap({ channel: 'email' }),
      cap({ limit: 9 }),
      cap({ per: 'week' }),
      cap({ per: 'rolling', window: of({ days: 7 }) }),
      cap({ per: 'rolling', window: of({ weeks: 1 }) }),
      cap({ per: 'rolling', window: of({ days: 3 }) }),
    ];
    expect(repeated(caps)).toEqual([2, 5]);
  });

  it('shuts a channel, or all of them, by zero and not by null', () => {
    const caps = [
      cap({ limit: null }),
      cap({ channel: 'sms', limit: 0 }),
      cap({ channel: 'sms', per: 'week', limit: 0 }),
    ];
    expect(shut(policy({ caps }))).toEqual(['sms']);
    expect(shut(policy({ caps: [...caps, cap({ limit: 0 })] }))).toEqual(['sms', null]);
    expect(shut(policy({}))).toEqual([]);
  });
});

describe('a policy', () => {
  const fatigue = { unopened: 5, within: of({ days: 30 }), factor: 2 };

  it('loses fatigue with its cool-down', () => {
    const tired = policy({ cooldown: of({ hours: 4 }), fatigue });
    expect(withCooldown(tired, of({ hours: 5 })).fatigue).toEqual(fatigue);
    expect(withCooldown(tired, null).fatigue).toBeNull();
  });

  it('is the same whatever the order of its fields', () => {
    const other: Policy = { soft_bounces: 5, caps: [] };
    expect(same(policy({}), other)).toBe(true);
    expect(same(policy({}), { ...other, soft_bounces: null })).toBe(false);
  });

  it.each<[Partial<Policy>, string[]]>([
    [{}, []],
    [{ quiet_hours: { start: '21:00:00', end: '08:00:00' } }, []],
    [{ quiet_hours: { start: '08:00:00', end: '08:00:00' } }, ['quietEmpty']],
    [{ cooldown: of({ days: 1830 }) }, []],
    [{ cooldown: of({ days: 1831 }) }, ['tooLong']],
    [{ caps: [cap({ per: 'rolling', window: of({ weeks: 400 }) })] }, ['tooLong']],
    [{ cooldown: of({ days: 1 }), fatigue: { ...fatigue, within: of({ weeks: 400 }) } }, ['tooLong']],
    [{ priority_hold: of({ weeks: 400 }) }, ['tooLong']],
  ])('%j would be refused for %j', (part, faults) => expect(wrong(policy(part))).toEqual(faults));
});

it.each<[Parameters<typeof presetOf>[0], string | null]>([
  [[], 'us'],
  [['sms', 'email'], 'eu'],
  [['email'], null],
])('the channels %j that need consent are the preset %s', (channels, name) => expect(presetOf(channels)).toBe(name));

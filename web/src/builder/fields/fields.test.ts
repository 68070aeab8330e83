import { describe, expect, it } from 'vitest';
import { inUnit, seconds, smallestUnit } from './duration';
import { parseValue, showValue, type Value } from './values';

describe('values', () => {
  it.each<[string, Value]>([
    ['Milan', 'Milan'],
    ['12', 12],
    ['12.50', 12.5],
    ['-3', -3],
    ['true', true],
    ['"12"', '12'],
    ['007', '007'],
    ['+39 02', '+39 02'],
    ['', ''],
    ['{{ trigger.cart_id }}', { ref: 'trigger.cart_id' }],
    ['{{coupon.VIP}}', { ref: 'coupon.VIP' }],
    ['{{ customer.city }}', '{{ customer.city }}'],
  ])('%j is read as %j', (text, value) => expect(parseValue(text)).toEqual(value));

  it.each<[Value]>([['12'], ['true'], ['Milan'], [12], [false], [''], [{ ref: 'trigger.a' }], ['"quoted"']])(
    '%j is shown so that it is read as the same',
    (value) => expect(parseValue(showValue(value))).toEqual(value),
  );
});

describe('durations', () => {
  it.each([
    [{ days: 2 }, 'days', 2],
    [{ weeks: 1 }, 'weeks', 1],
    [{ days: 1, hours: 12 }, 'hours', 36],
    [{ minutes: 30 }, 'minutes', 30],
  ] as const)('%j is shown in %s: %d', (duration, unit, amount) => {
    expect(smallestUnit(duration)).toBe(unit);
    expect(inUnit(duration, unit)).toBe(amount);
  });

  it('add up', () => expect(seconds({ weeks: 1, days: 1, hours: 1, minutes: 1, seconds: 1 })).toBe(694_861));
});

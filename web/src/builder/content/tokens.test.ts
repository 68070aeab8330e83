import { expect, it } from 'vitest';
import { make } from '../graph/fixtures';
import { couponTokens, insertAt, tokenOf } from './tokens';

it.each([
  ['FirstName', 'friend', "{{ FirstName | default: 'friend' }}"],
  ['FirstName', "l'ami", '{{ FirstName | default: "l\'ami" }}'],
  ['FirstName', '', '{{ FirstName }}'],
  ['campaign.name', 'never', '{{ campaign.name }}'],
  ['coupon.VIP', 'never', '{{ coupon.VIP }}'],
])('%s with %j is %s', (name, fallback, liquid) => expect(tokenOf(name, fallback)).toBe(liquid));

it('goes in at the cursor, in place of what is selected', () => {
  expect(insertAt('Hello you!', '{{ x }}', 6, 9)).toEqual(['Hello {{ x }}!', 13]);
});

it('offers the coupons that the campaign gives, once each', () => {
  expect(couponTokens([make('coupon', 'a'), make('coupon', 'b'), make('wait', 'c')])).toEqual(['coupon.WELCOME']);
});

import { describe, expect, it } from 'vitest';
import { matching } from './matching';

const of = (...names: string[]) => names.map((name) => ({ value: name, label: name }));
const EVENTS = of('Order Completed', 'Order Refunded', 'Signed In');
const GROUPS = [
  { group: 'Profile', items: of('city', 'email') },
  { group: 'Attributes', items: of('attributes.tier') },
];

describe('suggestions', () => {
  it.each([
    ['', ['Order Completed', 'Order Refunded', 'Signed In']],
    ['order', ['Order Completed', 'Order Refunded']],
    ['comp ord', ['Order Completed']],
    ['nothing', []],
  ])('%j finds %j', (search, found) => {
    expect(matching(EVENTS, search, 10).map((option) => ('value' in option ? option.value : ''))).toEqual(found);
  });

  it('leave out groups of which nothing fits', () => {
    expect(matching(GROUPS, 'tier', 10)).toEqual([GROUPS[1]]);
  });

  it('are limited over all groups', () => {
    expect(matching(GROUPS, '', 1)).toEqual([{ group: 'Profile', items: of('city') }]);
  });
});

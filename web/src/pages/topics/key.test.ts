import { expect, it } from 'vitest';
import { keyFault, keyOf } from './key';

it('makes a key of a name', () => expect(keyOf('Weekly offers & più')).toBe('weekly-offers-piu'));

it.each([
  ['weekly-offers', null],
  ['Weekly_offers.2', null],
  ['', 'missing'],
  ['weekly offers', 'wrong'],
  ['*', 'wrong'],
  ['x'.repeat(81), 'wrong'],
  ['events', 'taken'],
])('key %j: %s', (key, fault) => expect(keyFault(key, ['events'])).toBe(fault));

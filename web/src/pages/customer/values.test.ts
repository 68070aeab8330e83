import { expect, it } from 'vitest';
import { words } from './values';

it.each([
  [null, '–'],
  [1234.567, '1,234.57'],
  [true, '✓'],
  ['plain', 'plain'],
  [['a', 'b'], 'a, b'],
  [[1, 2, 3, 4, 5, 6, 7], '1, 2, 3, 4, 5 +2'],
  [{ name: 'Milk', price: 2 }, 'Milk, price: 2'],
  [[{ name: 'Milk' }], 'Milk'],
])('says %j as %s', (value, said) => {
  expect(words(value, 'en')).toBe(said);
});

it('says a moment in the language', () => {
  expect(words('2026-11-22T10:00:00Z', 'it')).toMatch(/22 nov 2026/);
});

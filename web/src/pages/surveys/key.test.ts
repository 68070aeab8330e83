import { expect, it } from 'vitest';
import { keyOf } from './key';

it.each([
  ['After the order', 'after_the_order'],
  ['Perché? 2', 'perche_2'],
  ['2026', 'survey_'],
  ['x'.repeat(60), 'x'.repeat(40)],
])('makes a key of %s', (name, key) => {
  expect(keyOf(name)).toBe(key);
});

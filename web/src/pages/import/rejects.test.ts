import { expect, it } from 'vitest';
import { rejectsOf } from './rejects';

it('reads a line an object, whatever the row was', () => {
  const lines = [
    { row: 2, taken: false, reason: 'no id', raw: { email: 'a@b.c' } },
    { row: 3, taken: true, reason: 'not JSON', raw: '{oops' },
  ];
  expect(rejectsOf(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))).toEqual([
    { row: 2, taken: false, reason: 'no id', raw: '{"email":"a@b.c"}' },
    { row: 3, taken: true, reason: 'not JSON', raw: '{oops' },
  ]);
  expect(rejectsOf('')).toEqual([]);
});

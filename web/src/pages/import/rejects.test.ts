import { expect, it } from 'vitest';
import { rejectsKey, rejectsOf, verdictOf } from './rejects';

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

const ended = { state: 'finished', read: 300, taken: 0, repeated: 0, refused: 0 } as const;

it.each([
  ['all rows refused, before they are there to be shown', { ...ended, refused: 300 }, null],
  ['still reading', { ...ended, state: 'running', taken: 10 }, null],
  ['nothing in it', ended, 'noneImported'],
  ['every row taken', { ...ended, taken: 300 }, 'nothingRefused'],
  ['every row known already', { ...ended, repeated: 300 }, 'nothingRefused'],
] as const)('says of a file with %s what is true', (_, given, verdict) => expect(verdictOf(given)).toBe(verdict));

it('asks for the refused rows again when more was read', () => {
  const early = rejectsKey({ id: 'a', state: 'running', read: 0 });
  expect(early).not.toEqual(rejectsKey({ id: 'a', state: 'finished', read: 300 }));
  expect(early).not.toEqual(rejectsKey({ id: 'a', state: 'running', read: 300 }));
});

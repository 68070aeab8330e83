import { expect, it } from 'vitest';
import { movedWords } from './moved';

it.each([
  ['those who wait for the resume will move', [125, 125, true], [['whenResumed', 125]]],
  [
    'some moved before the pause',
    [125, 100, true],
    [
      ['done', 25],
      ['whenResumed', 100],
    ],
  ],
  ['all have moved', [125, 0, false], [['done', 125]]],
  [
    'some have not heard of it',
    [125, 5, false],
    [
      ['done', 120],
      ['outstanding', 5],
    ],
  ],
  ['there was nobody', [0, 0, true], [['done', 0]]],
] as const)('%s', (_, [told, outstanding, paused], said) => {
  const words = movedWords({ state: 'done', told, outstanding }, paused);
  expect(words.map(({ text, count }) => [text, count])).toEqual(said);
});

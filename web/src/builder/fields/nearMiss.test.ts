import { describe, expect, it } from 'vitest';
import { nearMiss } from './nearMiss';

describe('a text that is nearly a known value', () => {
  const known = ['Milan', 'Rome', 'MILAN', 12, true];
  it.each([
    ['milan', 'Milan'],
    ['rOME ', 'Rome'],
    ['Milan', null],
    ['MILAN', null],
    ['Turin', null],
    ['', null],
    ['12', null],
  ])('%j is nearly %j', (text, wanted) => expect(nearMiss(text, known)).toBe(wanted));
});

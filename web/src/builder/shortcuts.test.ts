import { describe, expect, it } from 'vitest';
import { letterOf } from './shortcuts';

describe('the letter of a key', () => {
  it.each([
    ['z', 'KeyZ', 'z'],
    ['Z', 'KeyZ', 'z'],
    ['z', 'KeyY', 'z'], // a German keyboard
    ['я', 'KeyZ', 'z'], // Russian
    ['ζ', 'KeyZ', 'z'], // Greek
    ['ז', 'KeyZ', 'z'], // Hebrew
    ['Delete', 'Delete', 'delete'],
    ['ArrowUp', 'ArrowUp', 'arrowup'],
    ['ñ', 'Semicolon', 'ñ'],
  ])('%s on %s is %s', (key, code, letter) => expect(letterOf({ key, code })).toBe(letter));
});

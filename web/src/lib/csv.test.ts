import { describe, expect, it } from 'vitest';
import { toCsv } from './csv';

describe('toCsv', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=cmd()', "'=cmd()"],
    ['@x', "'@x"],
    [-3, '-3'],
    [null, ''],
    [true, 'true'],
  ])('writes %j as %s', (cell, field) => {
    expect(toCsv(['h'], [[cell]])).toBe(`\uFEFFh\r\n${field}\r\n`);
  });
});

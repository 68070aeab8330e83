import { describe, expect, it } from 'vitest';
import type { Condition } from '@/api/types';
import { LEAF_KINDS, newLeaf } from './leaf';
import { fromQuery, toQuery } from './tree';

const leaf = newLeaf('tag', null);
const other = newLeaf('score', null);
const all = (...of: Condition[]): Condition => ({ kind: 'all', of });
const any = (...of: Condition[]): Condition => ({ kind: 'any', of });
const not = (condition: Condition): Condition => ({ kind: 'not', condition });

describe('a condition drawn and read again', () => {
  it.each<[string, Condition]>([
    ['everybody', all()],
    ['nobody', any()],
    ['not everybody', not(all())],
    ['one question', leaf],
    ['one question denied', not(leaf)],
    ['all', all(leaf, other)],
    ['any', any(leaf, not(other))],
    ['none of several', not(any(leaf, other))],
    ['nested', all(leaf, any(other, not(all(leaf, not(other)))), not(any(leaf, leaf)))],
  ])('is the same: %s', (_, condition) => expect(fromQuery(toQuery(condition))).toEqual(condition));

  it.each(LEAF_KINDS)('keeps every field of a %s', (kind) => {
    const condition = all(newLeaf(kind, null), not(newLeaf(kind, null)));
    expect(fromQuery(toQuery(condition))).toEqual(condition);
  });

  it.each<[string, Condition, Condition]>([
    ['a group of one is its member', all(leaf), leaf],
    ['a denied group of one denies its member', not(any(leaf)), not(leaf)],
    ['denied twice', not(not(leaf)), not(not(leaf))],
    ['a group denied twice', not(not(all(leaf, other))), not(not(all(leaf, other)))],
  ])('means the same: %s', (_, condition, expected) => expect(fromQuery(toQuery(condition))).toEqual(expected));
});

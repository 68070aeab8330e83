import { expect, it } from 'vitest';
import { aboutOf, aboutTo, readSearch } from './about';
import { LEAF_KINDS, newLeaf, SINCE_START } from './leaf';

it.each(LEAF_KINDS)('what a %s is about leads back to it', (kind) => {
  const leaf = newLeaf(kind, 'b8a6c8de-0000-4000-8000-000000000001', true);
  expect(aboutTo(aboutOf(leaf), leaf, true)).toMatchObject(leaf);
});

it('another event keeps its window, and asks nothing of the properties that the other had', () => {
  const leaf = { ...newLeaf('event', null), window: null, where: [{ property: 'x', op: 'eq' as const, value: 1 }] };
  expect(aboutTo('event:A: B', leaf as ReturnType<typeof newLeaf>, false)).toMatchObject({
    kind: 'event',
    event: 'A: B',
    where: [],
    window: null,
  });
});

it('inside a journey another kind counts from its start', () => {
  expect(aboutTo('event:Signed In', newLeaf('tag', null), true)).toMatchObject({ window: SINCE_START });
});

it.each([
  ['not signed in', 'signed in', true],
  ['did not Signed In', 'Signed In', true],
  ['has not x', 'x', true],
  ['non ha fatto', 'fatto', true],
  ['notes', 'notes', false],
  ['city', 'city', false],
])('"%s"', (text, search, denied) => expect(readSearch(text)).toEqual({ search, denied }));

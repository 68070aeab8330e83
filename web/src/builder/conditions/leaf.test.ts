import { describe, expect, it } from 'vitest';
import { last, newLeaf, offeredKinds, SINCE_START } from './leaf';

describe('a new condition', () => {
  it('of a segment looks at the last 30 days', () => {
    expect(newLeaf('event', null)).toMatchObject({ window: last(30) });
    expect(newLeaf('engagement', null)).toMatchObject({ window: last(30), this_journey: false });
  });

  it('in a journey counts since the journey began', () => {
    expect(newLeaf('event', null, true)).toMatchObject({ window: SINCE_START });
    expect(newLeaf('engagement', null, true)).toMatchObject({ window: null, this_journey: true });
  });
});

describe('a question about a segment', () => {
  const offered = (hasSegments: boolean, asked = newLeaf('tag', null)) =>
    offeredKinds({ inJourney: false, hasSegments, asked }).includes('segment');

  it('is offered where there is one to choose', () => expect(offered(true)).toBe(true));
  it('is not where it could only name one that does not exist', () => expect(offered(false)).toBe(false));
  it('stays where it is asked already', () => expect(offered(false, newLeaf('segment', 'gone'))).toBe(true));
});

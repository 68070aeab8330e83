import { describe, expect, it } from 'vitest';
import { last, newLeaf, SINCE_START } from './leaf';

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

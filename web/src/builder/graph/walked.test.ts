import { describe, expect, it } from 'vitest';
import { draw } from './fixtures';
import { walkedPath } from './walked';

const FLOW = draw(
  { start: 'entry', check: 'check', yes: 'end', no: 'end', stray: 'end' },
  'start>check',
  'check>yes:yes',
  'check>no:no',
);
const idOf = (source: string, target: string) =>
  FLOW.edges.find((each) => each.source === source && each.target === target)?.id ?? 'missing';

describe('the path of a rehearsed walk', () => {
  it('is the nodes that were visited and the ways between them, the entry with them', () => {
    const steps = [
      { node_id: 'check', port: 'no' },
      { node_id: 'no', port: null },
    ];
    const expected = ['start', 'check', 'no', idOf('start', 'check'), idOf('check', 'no')];
    expect([...walkedPath(FLOW, steps)].sort()).toEqual(expected.sort());
  });

  it('has every way that a node was left by, where it was visited again', () => {
    const steps = [
      { node_id: 'check', port: 'no' },
      { node_id: 'check', port: 'yes' },
    ];
    const path = walkedPath(FLOW, steps);
    expect([idOf('check', 'yes'), idOf('check', 'no')].every((id) => path.has(id))).toBe(true);
  });

  it('is nothing for a customer who is not let in', () => expect(walkedPath(FLOW, []).size).toBe(0));
});

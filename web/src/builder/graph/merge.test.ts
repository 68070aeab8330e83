import { describe, expect, it } from 'vitest';
import type { Flow } from '@/api/types';
import { difference, same } from './diff';
import { connect, insertOnEdge, moveNodes, removeNodes } from './edit';
import { draw, make, ways } from './fixtures';
import { merge } from './merge';

const base = () => draw({ a: 'entry', b: 'send_push', c: 'wait', d: 'end' }, 'a>b', 'b>c', 'c>d');
const label = (flow: Flow, id: string, text: string): Flow => ({
  ...flow,
  nodes: flow.nodes.map((node) =>
    node.id === id ? ({ ...node, data: { ...node.data, label: text } } as typeof node) : node,
  ),
});

describe('two people', () => {
  it('who changed different nodes keep both changes', () => {
    const start = base();
    const { flow, conflicts } = merge(start, label(start, 'b', 'mine'), label(start, 'c', 'theirs'));
    expect(flow.nodes.map((node) => node.data.label)).toEqual(['', 'mine', 'theirs', '']);
    expect(conflicts).toEqual([]);
  });

  it('who changed one node differently are told, and mine is kept', () => {
    const start = base();
    const { flow, conflicts } = merge(start, label(start, 'b', 'mine'), label(start, 'b', 'theirs'));
    expect(flow.nodes[1]?.data.label).toBe('mine');
    expect(conflicts).toEqual(['b']);
  });

  it('who did the same agree', () => {
    const start = base();
    expect(merge(start, label(start, 'b', 'x'), label(start, 'b', 'x')).conflicts).toEqual([]);
  });

  it('one who inserts and one who renames keep both', () => {
    const start = base();
    const theirs = insertOnEdge(start, 'b:next', make('coupon', 'n'));
    const { flow, conflicts } = merge(start, label(start, 'd', 'The end'), theirs);
    expect(ways(flow)).toEqual(['a>b', 'b>n', 'c>d', 'n>c']);
    expect(conflicts).toEqual([]);
  });

  it('one of whom removed a node: no edge leads to it', () => {
    const start = base();
    const mine = connect(start, 'a', 'next', 'c');
    const { flow } = merge(start, mine, removeNodes(start, ['c']));
    expect(flow.nodes.map((node) => node.id)).toEqual(['a', 'b', 'd']);
    expect(ways(flow)).toEqual(['b>d']);
  });

  it('who changed different settings keep both', () => {
    const start = { ...base(), settings: { priority: 3, timezone: 'UTC' } } as unknown as Flow;
    const mine = { ...start, settings: { ...start.settings, priority: 1 } } as Flow;
    const theirs = { ...start, settings: { ...start.settings, timezone: 'Europe/Rome' } } as Flow;
    expect(merge(start, mine, theirs)).toMatchObject({
      flow: { settings: { priority: 1, timezone: 'Europe/Rome' } },
      conflicts: [],
    });
  });
});

describe('comparing', () => {
  it('names what was added, removed, changed and rewired', () => {
    const start = base();
    const after = insertOnEdge(label(removeNodes(start, ['c']), 'b', 'x'), 'a:next', make('wait', 'n'));
    expect(difference(start, after).nodes.map(({ what, node }) => `${what} ${node.id}`)).toEqual([
      'rewired a',
      'changed b',
      'added n',
      'removed c',
    ]);
  });

  it('takes a moved node for the same campaign', () => {
    const start = base();
    const moved = moveNodes(start, new Map([['b', { x: 1, y: 1 }]]));
    expect(same(start, moved)).toBe(true);
    expect(difference(start, moved).moved).toBe(true);
  });
});

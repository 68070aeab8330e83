import { describe, expect, it } from 'vitest';
import { compared, fieldChanges } from './compare';
import { removeNodes, replaceNode } from './edit';
import { draw } from './fixtures';

const flow = draw({ a: 'entry', b: 'send_sms', c: 'wait', d: 'end' }, 'a>b', 'b>c', 'c>d');

describe('two drawings in one', () => {
  it('are one where they agree', () => {
    const { nodes, edges } = compared(flow, flow);
    expect(nodes.map(({ what }) => what)).toEqual(['same', 'same', 'same', 'same']);
    expect(edges.map(({ what }) => what)).toEqual(['same', 'same', 'same']);
  });

  it('keep what was removed, and the ways that it had', () => {
    const { nodes, edges } = compared(flow, removeNodes(flow, ['c']));
    expect(nodes.map(({ node, what }) => [node.id, what])).toEqual([
      ['a', 'same'],
      ['b', 'rewired'],
      ['d', 'same'],
      ['c', 'removed'],
    ]);
    expect(edges.map(({ edge, what }) => [`${edge.source}>${edge.target}`, what])).toEqual([
      ['a>b', 'same'],
      ['b>d', 'added'],
      ['b>c', 'removed'],
      ['c>d', 'removed'],
    ]);
  });

  it('show what changed beside what it was', () => {
    const [, b] = flow.nodes;
    if (!b) throw new Error('no node');
    const changed = replaceNode(flow, { ...b, data: { ...b.data, label: 'Hello' } } as typeof b);
    const found = compared(flow, changed).nodes.find(({ node }) => node.id === 'b');
    expect([found?.what, found?.was]).toEqual(['changed', b]);
  });
});

describe('what is said otherwise', () => {
  it.each<[string, unknown, unknown, unknown]>([
    ['nothing', { a: 1 }, { a: 1 }, []],
    ['a text', { content: { subject: 'x' } }, { content: { subject: 'y' } }, [[['content', 'subject'], 'x', 'y']]],
    ['a new member', { a: null }, { a: 'y' }, [[['a'], '', 'y']]],
    ['a list', { days: [1, 2] }, { days: [1] }, [[['days'], '1, 2', '1']]],
    [
      'an item by its label',
      { arms: [{ id: 'a', label: 'A', weight: 1 }] },
      { arms: [{ id: 'a', label: 'A', weight: 2 }] },
      [[['arms', 'A', 'weight'], '1', '2']],
    ],
    [
      'a condition as a whole',
      { condition: { kind: 'tag', tag: 'x' } },
      { condition: null },
      [[['condition'], null, null]],
    ],
  ])('tells %s', (_, before, after, told) =>
    expect(fieldChanges(before, after).map(({ path, before: was, after: is }) => [path, was, is])).toEqual(told),
  );
});

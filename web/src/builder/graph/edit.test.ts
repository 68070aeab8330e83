import { describe, expect, it } from 'vitest';
import type { NodeKind } from '@/api/types';
import {
  connect,
  freePlace,
  insertAfter,
  insertOnEdge,
  makeRoom,
  moveNodes,
  moveToEdge,
  removeNodes,
  replaceNode,
} from './edit';
import { draw, make, ways } from './fixtures';

const line = () => draw({ a: 'entry', b: 'send_push', c: 'wait', d: 'end' }, 'a>b', 'b>c', 'c>d');
const fork = () =>
  draw(
    { a: 'entry', k: 'check', p: 'send_push', q: 'send_email', z: 'end' },
    'a>k',
    'k>p:opened',
    'k>q:else',
    'p>z',
    'q>z',
  );

describe('inserting', () => {
  it.each<[NodeKind, string[]]>([
    ['wait', ['a>n', 'b>c', 'c>d', 'n>b']],
    ['check', ['a>n', 'b>c', 'c>d', 'n>b:else']],
    ['wait_event', ['a>n', 'b>c', 'c>d', 'n>b:timeout']],
    ['channel_split', ['a>n', 'b>c', 'c>d', 'n>b:push']],
    ['random_split', ['a>n', 'b>c', 'c>d', 'n>b:a']],
    ['end', ['a>n', 'b>c', 'c>d']],
  ])('a %s into an edge leads on by its main port', (type, expected) => {
    expect(ways(insertOnEdge(line(), 'a:next', make(type, 'n')))).toEqual(expected);
  });

  it('behind an open port joins it', () => {
    const flow = draw({ a: 'entry', s: 'channel_split' }, 'a>s');
    expect(ways(insertAfter(flow, 's', 'email', make('send_email', 'n')))).toEqual(['a>s', 's>n:email']);
  });

  it('behind a port that leads on goes in between', () => {
    expect(ways(insertAfter(line(), 'b', 'next', make('wait', 'n')))).toEqual(['a>b', 'b>n', 'c>d', 'n>c']);
  });

  it('into an edge that is gone just adds the node', () => {
    const flow = insertOnEdge(line(), 'no:edge', make('wait', 'n'));
    expect(flow.nodes).toHaveLength(5);
    expect(ways(flow)).toEqual(ways(line()));
  });
});

describe('removing', () => {
  it.each([
    [['b'], ['a>c', 'c>d']],
    [['b', 'c'], ['a>d']],
    [['d'], ['a>b', 'b>c']],
    [['a'], ['b>c', 'c>d']],
    [['a', 'b', 'c', 'd'], []],
  ])('%j closes the gap', (gone, expected) => {
    expect(ways(removeNodes(line(), gone))).toEqual(expected);
  });

  it('a check goes on by its main road', () => {
    expect(ways(removeNodes(fork(), ['k']))).toEqual(['a>q', 'p>z', 'q>z']);
  });

  it('a branch leads its port to where the branch led', () => {
    expect(ways(removeNodes(fork(), ['p']))).toEqual(['a>k', 'k>q:else', 'k>z:opened', 'q>z']);
  });

  it('never leads a node to itself', () => {
    const loop = draw({ a: 'entry', w: 'wait', k: 'check', z: 'end' }, 'a>w', 'w>k', 'k>w:opened', 'k>z:else');
    expect(ways(removeNodes(loop, ['w']))).toEqual(['a>k', 'k>z:else']);
  });

  it('ends in a circle of removed nodes', () => {
    const circle = draw({ a: 'entry', w: 'wait', v: 'wait' }, 'a>w', 'w>v', 'v>w');
    expect(ways(removeNodes(circle, ['w', 'v']))).toEqual([]);
  });
});

describe('moving', () => {
  it('a node into another edge heals both places', () => {
    expect(ways(moveToEdge(line(), 'b', 'c:next'))).toEqual(['a>c', 'b>d', 'c>b']);
  });

  it.each(['a:next', 'b:next', 'no:edge'])('into its own or an unknown edge (%s) changes nothing', (into) => {
    const flow = line();
    expect(moveToEdge(flow, 'b', into)).toBe(flow);
  });

  it('keeps the other branches of a moved check', () => {
    const flow = draw(
      { a: 'entry', k: 'check', p: 'send_push', w: 'wait', z: 'end' },
      'a>k',
      'k>p:opened',
      'k>w:else',
      'w>z',
    );
    expect(ways(moveToEdge(flow, 'k', 'w:next'))).toEqual(['a>w', 'k>p:opened', 'k>z:else', 'w>k']);
  });

  it('changes positions only, and nothing when nothing moved', () => {
    const flow = line();
    const moved = moveNodes(flow, new Map([['b', { x: 10.4, y: 20.6 }]]));
    expect(moved.nodes[1]?.position).toEqual({ x: 10, y: 21 });
    expect(moved.nodes[0]).toBe(flow.nodes[0]);
    expect(moveNodes(flow, new Map([['b', { x: 300, y: 0 }]]))).toBe(flow);
  });
});

describe('connecting', () => {
  it('leads a port elsewhere: a port leads to one node', () => {
    expect(ways(connect(line(), 'a', 'next', 'c'))).toEqual(['a>c', 'b>c', 'c>d']);
  });

  it('a branch that is removed takes its edge along', () => {
    const flow = fork();
    const check = flow.nodes[1];
    if (check?.type !== 'check') throw new Error('the fixture has changed');
    const changed = { ...check, data: { ...check.data, branches: [{ ...check.data.branches[0], id: 'other' }] } };
    expect(ways(replaceNode(flow, changed as typeof check))).toEqual(['a>k', 'k>q:else', 'p>z', 'q>z']);
  });
});

describe('placing', () => {
  it.each([
    ['down', { x: 310, y: 10 }, { x: 1246, y: 10 }],
    ['right', { x: 310, y: 10 }, { x: 310, y: 140 }],
    ['down', { x: 5000, y: 0 }, { x: 5000, y: 0 }],
  ] as const)('%s: moves aside until no node is covered', (direction, wanted, place) => {
    expect(freePlace(line(), wanted, direction)).toEqual(place);
  });

  it('moves on what comes behind a step that was put in', () => {
    const close = moveNodes(
      line(),
      new Map([
        ['b', { x: 0, y: 100 }],
        ['c', { x: 0, y: 300 }],
        ['a', { x: 0, y: 0 }],
      ]),
    );
    const roomy = makeRoom(close, 'a', 'down');
    expect(roomy.nodes.slice(0, 3).map((node) => node.position?.y)).toEqual([0, 168, 368]);
    expect(makeRoom(roomy, 'a', 'down')).toBe(roomy);
  });
});

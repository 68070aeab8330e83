import { describe, expect, it } from 'vitest';
import type { Flow } from '@/api/types';
import { arranged, type Direction, directionOf, layered, overlaps } from './direction';
import { edge, emptyFlow } from './model';

const step = (id: string, x: number, y: number) =>
  ({ id, type: 'send_sms', position: { x, y }, data: { label: id, notes: '' } }) as unknown as Flow['nodes'][number];

const sideways: Flow = {
  ...emptyFlow(),
  nodes: [step('a', 0, 0), step('b', 290, 0), step('c', 580, 0), step('d', 580, 150)],
  edges: [edge('a', 'next', 'b'), edge('b', 'next', 'c'), edge('b', 'not_sent', 'd')],
};
const heaped: Flow = { ...sideways, nodes: sideways.nodes.map((node) => ({ ...node, position: { x: 0, y: 0 } })) };

describe('the direction of a drawing', () => {
  it.each<[string, Flow, Direction | null]>([
    ['sideways', sideways, 'right'],
    ['downwards', arranged(sideways, 'down'), 'down'],
    ['heaped', heaped, null],
  ])('is seen: %s', (_, flow, direction) => expect(directionOf(flow)).toBe(direction));

  it.each<[string, Flow, Direction]>([
    ['sideways, shown downwards', sideways, 'down'],
    ['heaped, shown downwards', heaped, 'down'],
    ['heaped, shown sideways', heaped, 'right'],
    ['laid in layers', layered(sideways, 'down'), 'down'],
  ])('is as wished, no card on another: %s', (_, flow, direction) => {
    const shown = arranged(flow, direction);
    expect(directionOf(shown)).toBe(direction);
    expect(overlaps(shown, direction)).toBe(false);
  });

  it('stays as it was drawn where it is so already', () => expect(arranged(sideways, 'right')).toBe(sideways));
});

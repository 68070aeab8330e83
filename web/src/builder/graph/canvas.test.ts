import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Elk from 'elkjs';
import { describe, expect, it } from 'vitest';
import type { Flow } from '@/api/types';
import { fromCanvas, toEdges, toNodes } from './canvas';
import { difference } from './diff';
import { overlaps } from './direction';
import { moveNodes } from './edit';
import { draw } from './fixtures';
import { elkGraph, placesOf } from './layout';
import { filledIn } from './model';

const folder = join(import.meta.dirname, '../../../../examples');
const examples = readdirSync(folder).map((name) => {
  const file = JSON.parse(readFileSync(join(folder, name, 'campaign.json'), 'utf8')) as { flow: Flow };
  const edges = file.flow.edges.map((each) => ({ ...each, sourceHandle: each.sourceHandle ?? 'next' }));
  return [name, filledIn({ ...file.flow, edges })] as const;
});

const NONE = new Set<string>();
const NO_WAYS = new Map();

describe('a round trip through the editor', () => {
  it('is tried with every example', () => expect(examples.length).toBeGreaterThanOrEqual(3));

  it.each(examples)('leaves %s as it was', (_, flow) => {
    expect(fromCanvas(flow, toNodes(flow, [], NONE, 'down'), toEdges(flow, [], NONE, NO_WAYS))).toEqual(flow);
  });

  it.each(
    examples.flatMap(([name, flow]) =>
      (['down', 'right'] as const).map((direction) => [name, direction, flow] as const),
    ),
  )('and tidying up changes nothing but positions of %s, %s', async (_, direction, flow) => {
    const places = placesOf(await new Elk().layout(elkGraph(flow, new Map(), direction)));
    const tidied = moveNodes(flow, places);
    const found = difference(flow, tidied);
    expect([found.nodes, found.settings]).toEqual([[], []]);
    const drawn = new Set(tidied.nodes.map((node) => `${node.position?.x} ${node.position?.y}`));
    expect(drawn.size).toBe(flow.nodes.length);
    const along = direction === 'down' ? 'y' : 'x';
    const at = new Map(tidied.nodes.map((node) => [node.id, node.position?.[along] ?? 0]));
    for (const each of tidied.edges) expect(at.get(each.source)).toBeLessThan(at.get(each.target) ?? 0);
    expect(overlaps(tidied, direction)).toBe(false);
  });
});

describe('drawing again', () => {
  it('keeps the objects of nodes that did not change', () => {
    const flow = draw({ a: 'entry', b: 'end' }, 'a>b');
    const first = toNodes(flow, [], NONE, 'down');
    const moved = moveNodes(flow, new Map([['b', { x: 7, y: 7 }]]));
    const second = toNodes(moved, first, NONE, 'down');
    expect(second[0]).toBe(first[0]);
    expect(second[1]?.position).toEqual({ x: 7, y: 7 });
  });

  it('tells what is selected', () => {
    const flow = draw({ a: 'entry', b: 'end' }, 'a>b');
    expect(toNodes(flow, [], new Set(['b']), 'down').map((node) => node.selected)).toEqual([false, true]);
    expect(toEdges(flow, [], new Set(['a:next']), NO_WAYS)[0]?.selected).toBe(true);
  });
});

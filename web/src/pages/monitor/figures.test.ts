import { describe, expect, it } from 'vitest';
import type { Flow } from '@/api/types';
import { flows, funnel, inOrder, type Monitor, thickness, together, wholeOf } from './figures';

const node = (id: string, type: string, data: object = {}) => ({ id, type, position: { x: 0, y: 0 }, data });
const edge = (source: string, sourceHandle: string, target: string) => ({
  id: `${source}:${sourceHandle}`,
  source,
  sourceHandle,
  target,
});
const FLOW = {
  nodes: [
    node('end', 'end'),
    node('push', 'send_push'),
    node('look', 'check', { branches: [{ id: 'yes' }] }),
    node('entry', 'entry'),
  ],
  edges: [
    edge('entry', 'next', 'push'),
    edge('push', 'next', 'look'),
    edge('look', 'yes', 'push'),
    edge('look', 'else', 'end'),
  ],
} as unknown as Flow;
const MONITOR = {
  nodes: [
    { node_id: 'push', entered: 12, active: 1, paused: 0, exited: { next: 8, not_sent: 2 }, ended: { goal: 1 } },
    { node_id: 'look', entered: 10, active: 0, paused: 0, exited: { yes: 3, else: 7 }, ended: {} },
    { node_id: 'gone', entered: 4, active: 0, paused: 0, exited: { next: 4 }, ended: {} },
  ],
} as unknown as Monitor;

describe('flows', () => {
  it('counts each way, an unconnected port as the way that is gone instead, and leaves out deleted nodes', () => {
    expect(Object.fromEntries(flows(FLOW, MONITOR))).toEqual({
      'entry:next': 0,
      'push:next': 10,
      'look:yes': 3,
      'look:else': 7,
    });
  });
});

describe('inOrder', () => {
  it('begins at the entry and names each step once, loops or not', () => {
    expect(inOrder(FLOW).map(({ id }) => id)).toEqual(['entry', 'push', 'look', 'end']);
  });
});

describe('funnel', () => {
  it('has a row for steps that nobody reached', () => {
    expect(funnel(FLOW, MONITOR).map(({ figures }) => figures.entered)).toEqual([0, 12, 10, 0]);
  });
});

describe('thickness', () => {
  it('grows with the flow, within bounds', () => {
    const widths = [0, 1, 10, 100, 1000].map((count) => thickness(count, 1000));
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(widths[0]).toBe(1.5);
    expect(widths.at(-1)).toBe(12);
    expect(thickness(0, 0)).toBe(1.5);
  });
});

describe('wholeOf', () => {
  it('leaves out messages that would never tell', () => {
    const row = { sent: 6, open_trackable: 4, click_trackable: 5 };
    expect(['delivered', 'opened', 'clicked', 'bounced'].map((fact) => wholeOf(row, fact))).toEqual([6, 4, 5, 6]);
  });
});

describe('together', () => {
  it('adds what can be added', () => {
    const revenue = [{ currency: 'EUR', amount: 2.5 }];
    const one = { attempted: 2, sent: 1, states: { delivered: 1, skipped: 1 }, skipped: { cap: 1 }, revenue };
    const all = together([one, one] as never);
    expect(all).toMatchObject({ attempted: 4, sent: 2, states: { delivered: 2, skipped: 2 }, skipped: { cap: 2 } });
    expect(all.revenue).toEqual([{ currency: 'EUR', amount: 5 }]);
  });
});

import { expect, it } from 'vitest';
import type { Flow } from '@/api/types';
import { messageDrop, worstDrop, worstSkipped } from './drops';
import { type Monitor, NOBODY } from './figures';

const FLOW = {
  nodes: [
    { id: 'entry', type: 'entry', data: { trigger: { kind: 'api' } } },
    { id: 'mail', type: 'send_email', data: {} },
    { id: 'wait', type: 'wait', data: {} },
    { id: 'end', type: 'end', data: { reason: 'completed' } },
  ],
  edges: [
    { id: '1', source: 'entry', sourceHandle: 'next', target: 'mail' },
    { id: '2', source: 'mail', sourceHandle: 'next', target: 'wait' },
    { id: '3', source: 'wait', sourceHandle: 'next', target: 'end' },
  ],
} as unknown as Flow;

const monitor = (nodes: Record<string, Record<string, number>>) =>
  ({
    nodes: Object.entries(nodes).map(([node_id, ended]) => ({ ...NOBODY, node_id, entered: 50, ended })),
    messages: [],
  }) as unknown as Monitor;

it('names the step and the reason by which most are lost', () => {
  const worst = worstDrop(FLOW, monitor({ mail: { over_limit: 2 }, wait: { exit_event: 4, stopped: 1 } }));
  expect([worst?.node.id, worst?.lost, worst?.came, worst?.why]).toEqual(['wait', 5, 50, 'exit_event']);
});

it('counts neither a goal nor an end as a loss', () => {
  expect(worstDrop(FLOW, monitor({ wait: { goal: 9 }, end: { completed: 30 } }))).toBeNull();
});

it('finds where messages are kept back', () => {
  const messages = [
    { node_id: 'a', attempted: 10, skipped: { consent: 1 } },
    { node_id: 'b', attempted: 20, skipped: { no_address: 3, consent: 4 } },
  ];
  const found = worstSkipped({ nodes: [], messages } as unknown as Monitor);
  expect(found).toEqual({ node: 'b', attempted: 20, lost: 7, why: 'consent' });
});

it('names the stage that loses most messages, of those that are told', () => {
  const row = { attempted: 100, sent: 90, delivered: 88, opened: 30, clicked: 5 };
  expect(messageDrop(row, () => true)).toEqual({ to: 'opened', lost: 58, of: 88 });
  expect(messageDrop(row, (stage) => stage !== 'opened')).toEqual({ to: 'clicked', lost: 83, of: 88 });
  expect(messageDrop({ attempted: 3, sent: 3, delivered: 3, opened: 3, clicked: 3 }, () => true)).toBeNull();
});

import type { Channel, Flow, FlowNode, Schemas } from '@/api/types';
import { edgeFrom, nodeById, optionalPorts, ports } from '@/builder/graph/model';
import { added } from '@/lib/money';

export type Monitor = Schemas['MonitorView'];
export type NodeFigures = Schemas['NodeFiguresView'];
export type MessageFigures = Schemas['MessageFiguresView'];

export const NOBODY: Omit<NodeFigures, 'node_id'> = {
  entered: 0,
  active: 0,
  paused: 0,
  failed: 0,
  exited: {},
  ended: {},
};

export function byNode(monitor: Monitor): Map<string, NodeFigures> {
  return new Map(monitor.nodes.map((node) => [node.node_id, node]));
}

/** Edge id -> how many went along it. A port that leads nowhere is left by `next`. */
export function flows(flow: Flow, monitor: Monitor): Map<string, number> {
  const found = new Map(flow.edges.map((edge) => [edge.id, 0]));
  for (const figures of monitor.nodes) {
    const node = nodeById(flow, figures.node_id);
    if (!node) continue;
    for (const [port, count] of Object.entries(figures.exited)) {
      const taken =
        edgeFrom(flow, node.id, port) ??
        (optionalPorts(node).includes(port) ? edgeFrom(flow, node.id, 'next') : undefined);
      if (taken) found.set(taken.id, (found.get(taken.id) ?? 0) + count);
    }
  }
  return found;
}

const THINNEST = 1.5;
const THICKEST = 12;

/** How thick a way is drawn, in pixels: the square root keeps small flows visible beside large ones. */
export function thickness(count: number, most: number): number {
  return count === 0 || most === 0 ? THINNEST : THINNEST + (THICKEST - THINNEST) * Math.sqrt(count / most);
}

export const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0);

export type FunnelStep = { node: FlowNode; figures: NodeFigures };

/** The steps in the order in which customers meet them, each once; those who loop come back to an earlier one. */
export function inOrder(flow: Flow): FlowNode[] {
  const entry = flow.nodes.find((node) => node.type === 'entry');
  const seen = new Set<string>();
  const order: FlowNode[] = [];
  let rank: FlowNode[] = entry ? [entry] : [];
  while (rank.length > 0) {
    const next: FlowNode[] = [];
    for (const node of rank) {
      if (seen.has(node.id)) continue;
      seen.add(node.id);
      order.push(node);
      for (const port of ports(node)) {
        const target = edgeFrom(flow, node.id, port)?.target;
        const found = target ? nodeById(flow, target) : undefined;
        if (found) next.push(found);
      }
    }
    rank = next;
  }
  return order;
}

export function funnel(flow: Flow, monitor: Monitor): FunnelStep[] {
  const figures = byNode(monitor);
  return inOrder(flow).map((node) => ({ node, figures: figures.get(node.id) ?? { node_id: node.id, ...NOBODY } }));
}

const COUNTS = [
  'attempted',
  'sent',
  'open_trackable',
  'click_trackable',
  'delivered',
  'opened',
  'clicked',
  'conversions',
  'bounced',
  'unsubscribed',
  'complained',
  'replied',
] as const;

/** Of which messages a fact is a share: nothing ever tells that an SMS was opened, or a silent push clicked. */
export function wholeOf(row: { sent: number; open_trackable: number; click_trackable: number }, fact: string): number {
  return fact === 'opened' ? row.open_trackable : fact === 'clicked' ? row.click_trackable : row.sent;
}

/** Several rows of messages as one. */
export function together(messages: MessageFigures[]): Omit<MessageFigures, 'node_id' | 'channel'> {
  const all = { states: {} as Record<string, number>, skipped: {} as Record<string, number> } as MessageFigures;
  for (const name of COUNTS) all[name] = messages.reduce((total, each) => total + each[name], 0);
  all.revenue = added(...messages.map((each) => each.revenue));
  for (const each of messages) {
    for (const part of ['states', 'skipped'] as const)
      for (const [name, count] of Object.entries(each[part])) all[part][name] = (all[part][name] ?? 0) + count;
  }
  return all;
}

/** The rows of each channel as one, in the order in which channels come first. */
export function byChannel(messages: MessageFigures[]): [Channel, ReturnType<typeof together>][] {
  const channels = [...new Set(messages.map(({ channel }) => channel))];
  return channels.map((channel) => [channel, together(messages.filter((each) => each.channel === channel))]);
}

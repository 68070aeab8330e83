import type { Channel, Flow, FlowEdge, FlowNode, NodeKind, Schemas } from '@/api/types';

/** The ports of `domain.flow.ports`: how a node can be left, in drawing order. */
export function ports(node: FlowNode): string[] {
  switch (node.type) {
    case 'check':
      return [...node.data.branches.map((branch) => branch.id), 'else'];
    case 'wait_event':
      return [...node.data.branches.map((branch) => branch.id), 'timeout'];
    case 'channel_split':
      return [...node.data.channels, 'none'];
    case 'random_split':
      return node.data.arms.map((arm) => arm.id);
    case 'end':
      return [];
    default:
      return ['next', ...optionalPorts(node)];
  }
}

/** Ports that may stay unconnected: then the journey goes on by `next`. */
export function optionalPorts(node: FlowNode): string[] {
  if (node.type in SEND_CHANNEL) return ['not_sent'];
  return node.type === 'http_call' ? ['failed'] : [];
}

/** The port that the main road leaves by: what an inserted node hands on to, what closes the gap of a deleted one. */
export function mainPort(node: FlowNode): string | null {
  switch (node.type) {
    case 'check':
      return 'else';
    case 'wait_event':
      return 'timeout';
    case 'end':
      return null;
    default:
      return ports(node)[0] ?? null;
  }
}

export const SEND_CHANNEL: Partial<Record<NodeKind, Channel>> = {
  send_email: 'email',
  send_sms: 'sms',
  send_whatsapp: 'whatsapp',
  send_push: 'push',
  send_silent_push: 'silent_push',
  send_in_app: 'in_app',
};

export type NewId = (prefix: string) => string;

/** A fresh id that says what it is for: reports and step logs show it. */
export const newId: NewId = (prefix) => `${prefix}_${crypto.randomUUID().replaceAll('-', '').slice(0, 6)}`;

export function edge(source: string, sourceHandle: string, target: string): FlowEdge {
  return { id: `${source}:${sourceHandle}`, source, sourceHandle, target };
}

export function nodeById(flow: Flow, id: string): FlowNode | undefined {
  return flow.nodes.find((node) => node.id === id);
}

export function edgeFrom(flow: Flow, source: string, port: string): FlowEdge | undefined {
  return flow.edges.find((each) => each.source === source && each.sourceHandle === port);
}

/** The API's flow with its optional parts filled in. */
export function filledIn(flow: Schemas['Flow']): Flow {
  return {
    ...flow,
    nodes: flow.nodes.map((node) => (node.position ? node : { ...node, position: { x: 0, y: 0 } })),
    edges: flow.edges ?? [],
    notes: flow.notes ?? [],
  };
}

/** Nothing drawn; the API fills in the settings. */
export const emptyFlow = (): Flow => ({ nodes: [], edges: [], notes: [] }) as unknown as Flow;

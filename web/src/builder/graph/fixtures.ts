import type { Flow, FlowNode, NodeKind } from '@/api/types';
import { newNode } from '../kinds';
import type { KindText } from '../kinds/kind';
import { edge } from './model';

const text = ((key: string) => key) as unknown as KindText;

/** A node of a kind under a given id. */
export const make = (type: NodeKind, id: string, x = 0, y = 0): FlowNode => newNode(type, { x, y }, text, () => id);

/** "a>b:port" edges between nodes given as id: kind. */
export function draw(nodes: Record<string, NodeKind>, ...edges: string[]): Flow {
  return {
    nodes: Object.entries(nodes).map(([id, type], index) => make(type, id, index * 300)),
    notes: [],
    edges: edges.map((said) => {
      const [, source = '', target = '', port] = /^(\w+)>(\w+)(?::(\w+))?$/.exec(said) ?? [];
      return edge(source, port ?? 'next', target);
    }),
  } as unknown as Flow;
}

/** A flow's edges in the same spelling, sorted. */
export function ways(flow: Flow): string[] {
  return flow.edges
    .map((each) => `${each.source}>${each.target}${each.sourceHandle === 'next' ? '' : `:${each.sourceHandle}`}`)
    .sort();
}

import type { ElkNode } from 'elkjs/lib/elk-api';
import type { Flow } from '@/api/types';
import type { Point } from './edit';
import { ports } from './model';

export type Sizes = ReadonlyMap<string, { width: number; height: number }>;

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.spacing.nodeNodeBetweenLayers': '70',
  'elk.spacing.nodeNode': '36',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  // As near to what leads to it as can be: a message stands behind the decision for it.
  'elk.layered.layering.strategy': 'LONGEST_PATH_SOURCE',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.separateConnectedComponents': 'true',
};

/** What ELK is asked: nodes with their sizes, ports on the right in their order, so that edges cross little. */
export function elkGraph(flow: Flow, sizes: Sizes): ElkNode {
  const port = (node: string, name: string) => `${node} ${name}`;
  return {
    id: 'root',
    layoutOptions: OPTIONS,
    children: flow.nodes.map((node) => ({
      id: node.id,
      ...(sizes.get(node.id) ?? { width: 220, height: 80 }),
      layoutOptions: { 'elk.portConstraints': 'FIXED_ORDER' },
      ports: [
        // ELK counts ports clockwise from the top left: on the right they run down, on the left up.
        ...ports(node).map((name, index) => ({
          id: port(node.id, name),
          layoutOptions: { 'elk.port.side': 'EAST', 'elk.port.index': String(index) },
        })),
        { id: port(node.id, 'in'), layoutOptions: { 'elk.port.side': 'WEST', 'elk.port.index': '999' } },
      ],
    })),
    edges: flow.edges.map((each) => ({
      id: each.id,
      sources: [port(each.source, each.sourceHandle)],
      targets: [port(each.target, 'in')],
    })),
  };
}

export function placesOf(laidOut: ElkNode): Map<string, Point> {
  return new Map((laidOut.children ?? []).map((child) => [child.id, { x: child.x ?? 0, y: child.y ?? 0 }]));
}

/** Where each node goes in a tidy drawing, worked out beside the page. */
export async function tidy(flow: Flow, sizes: Sizes): Promise<Map<string, Point>> {
  const [{ default: Elk }, { default: workerUrl }] = await Promise.all([
    import('elkjs/lib/elk-api'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  const elk = new Elk({ workerUrl });
  try {
    return placesOf(await elk.layout(elkGraph(flow, sizes)));
  } finally {
    elk.terminateWorker();
  }
}

import type { ElkNode } from 'elkjs/lib/elk-api';
import type { Flow } from '@/api/types';
import { cardSize, type Direction } from './direction';
import type { Point } from './edit';
import { ports } from './model';

export type Sizes = ReadonlyMap<string, { width: number; height: number }>;

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.layered.spacing.nodeNodeBetweenLayers': '72',
  'elk.spacing.nodeNode': '48',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  // As near to what leads to it as can be: a message stands behind the decision for it.
  'elk.layered.layering.strategy': 'LONGEST_PATH_SOURCE',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.separateConnectedComponents': 'true',
};

/** What ELK is asked: nodes with their sizes, ports behind in their order, so that edges cross little. */
export function elkGraph(flow: Flow, sizes: Sizes, direction: Direction): ElkNode {
  const down = direction === 'down';
  const port = (node: string, name: string) => `${node} ${name}`;
  return {
    id: 'root',
    layoutOptions: { ...OPTIONS, 'elk.direction': down ? 'DOWN' : 'RIGHT' },
    children: flow.nodes.map((node) => ({
      id: node.id,
      ...(sizes.get(node.id) ?? cardSize(node, direction)),
      layoutOptions: { 'elk.portConstraints': 'FIXED_ORDER' },
      ports: [
        // ELK counts ports clockwise from the top left: on the right they run down, below to the left.
        ...ports(node).map((name, index, all) => ({
          id: port(node.id, name),
          layoutOptions: {
            'elk.port.side': down ? 'SOUTH' : 'EAST',
            'elk.port.index': String(1 + (down ? all.length - 1 - index : index)),
          },
        })),
        {
          id: port(node.id, 'in'),
          layoutOptions: { 'elk.port.side': down ? 'NORTH' : 'WEST', 'elk.port.index': down ? '0' : '999' },
        },
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
export async function tidy(flow: Flow, sizes: Sizes, direction: Direction): Promise<Map<string, Point>> {
  const [{ default: Elk }, { default: workerUrl }] = await Promise.all([
    import('elkjs/lib/elk-api'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  const elk = new Elk({ workerUrl });
  try {
    return placesOf(await elk.layout(elkGraph(flow, sizes, direction)));
  } finally {
    elk.terminateWorker();
  }
}

import type { Edge, Node } from '@xyflow/react';
import type { Flow, FlowEdge, FlowNode } from '@/api/types';

export type CanvasNode = Node<{ node: FlowNode }, 'step'>;
export type CanvasEdge = Edge<{ edge: FlowEdge }, 'way'>;

/**
 * React Flow's nodes for the flow. A node that did not change keeps its object, with what React Flow measured and
 * selected, so that only what changed is drawn again.
 */
export function toNodes(flow: Flow, before: CanvasNode[], selected: ReadonlySet<string>): CanvasNode[] {
  const known = new Map(before.map((each) => [each.id, each]));
  return flow.nodes.map((node) => {
    const was = known.get(node.id);
    const isSelected = selected.has(node.id);
    if (was && was.data.node === node && was.selected === isSelected && !was.dragging) return was;
    const position = node.position ?? { x: 0, y: 0 };
    return { ...was, id: node.id, type: 'step', position, data: { node }, selected: isSelected } as CanvasNode;
  });
}

export function toEdges(flow: Flow, selected: ReadonlySet<string>): CanvasEdge[] {
  return flow.edges.map((each) => ({
    id: each.id,
    type: 'way',
    source: each.source,
    sourceHandle: each.sourceHandle,
    target: each.target,
    selected: selected.has(each.id),
    data: { edge: each },
  }));
}

/** The flow that the canvas shows: stored and drawn shapes agree, so that only positions can differ. */
export function fromCanvas(flow: Flow, nodes: CanvasNode[], edges: CanvasEdge[]): Flow {
  return {
    ...flow,
    nodes: nodes.map((each) => ({ ...each.data.node, position: each.position })),
    edges: edges.map((each) => each.data?.edge as FlowEdge),
  };
}

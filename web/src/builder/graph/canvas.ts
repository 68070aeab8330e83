import type { Edge, Node } from '@xyflow/react';
import type { Flow, FlowEdge, FlowNode, Note } from '@/api/types';
import { cardSize, type Direction } from './direction';
import type { Point } from './edit';

export type StepOnCanvas = Node<{ node: FlowNode }, 'step'>;
export type NoteOnCanvas = Node<{ note: Note }, 'note'>;
export type CanvasNode = StepOnCanvas | NoteOnCanvas;
export type CanvasEdge = Edge<{ edge: FlowEdge; way: Point[] | null }, 'way'>;

/**
 * React Flow's nodes for the flow: its steps, and its notes beneath them. A node that did not change keeps its object, with what React Flow measured and
 * selected, so that only what changed is drawn again.
 */
export function toNodes(
  flow: Flow,
  before: CanvasNode[],
  selected: ReadonlySet<string>,
  direction: Direction,
): CanvasNode[] {
  const known = new Map(before.map((each) => [each.id, each]));
  const drawn = (part: { id: string; position?: Point }, type: CanvasNode['type'], data: CanvasNode['data']) => {
    const was = known.get(part.id);
    const isSelected = selected.has(part.id);
    if (was && of(was) === part && was.selected === isSelected && !was.dragging) return was;
    const position = part.position ?? { x: 0, y: 0 };
    // What it is taken to measure until it is drawn: so it is seen, and takes the keyboard, at once.
    const { width, height } = 'node' in data ? cardSize(data.node, direction) : NOTE;
    const size = { initialWidth: width, initialHeight: height };
    return { ...size, ...was, id: part.id, type, position, data, selected: isSelected } as CanvasNode;
  };
  return [
    ...flow.notes.map((note) => drawn(note, 'note', { note })),
    ...flow.nodes.map((node) => drawn(node, 'step', { node })),
  ];
}

const NOTE = { width: 220, height: 80 };

const of = ({ data }: CanvasNode) => ('node' in data ? data.node : data.note);

/** React Flow's edges for the flow, with their ways. One that did not change keeps its object. */
export function toEdges(
  flow: Flow,
  before: CanvasEdge[],
  selected: ReadonlySet<string>,
  ways: ReadonlyMap<string, Point[]>,
  names?: ReadonlyMap<string, string>,
): CanvasEdge[] {
  const known = new Map(before.map((each) => [each.id, each]));
  return flow.edges.map((edge) => {
    const was = known.get(edge.id);
    const way = ways.get(edge.id) ?? null;
    const isSelected = selected.has(edge.id);
    const ariaLabel = names?.get(edge.id);
    const isSame = was?.data?.edge === edge && was.data.way === way && was.ariaLabel === ariaLabel;
    if (was && isSame && was.selected === isSelected) return was;
    const { id, source, sourceHandle, target } = edge;
    return { id, type: 'way', source, sourceHandle, target, ariaLabel, selected: isSelected, data: { edge, way } };
  });
}

/** The flow that the canvas shows: stored and drawn shapes agree, so that only positions can differ. */
export function fromCanvas(flow: Flow, nodes: CanvasNode[], edges: CanvasEdge[]): Flow {
  return {
    ...flow,
    nodes: nodes.flatMap((each) => ('node' in each.data ? [{ ...each.data.node, position: each.position }] : [])),
    notes: nodes.flatMap((each) => ('note' in each.data ? [{ ...each.data.note, position: each.position }] : [])),
    edges: edges.map((each) => each.data?.edge as FlowEdge),
  };
}

import type { Flow, FlowNode } from '@/api/types';
import type { Point } from './edit';
import { optionalPorts, ports } from './model';

/** Which way a flow grows: downwards, or, as a choice, to the right. */
export type Direction = 'down' | 'right';

const KEPT = 'builder-direction';

/** The reader's choice, kept in this browser. */
export function chosenDirection(): Direction {
  try {
    return localStorage.getItem(KEPT) === 'right' ? 'right' : 'down';
  } catch {
    return 'down';
  }
}

export function keepDirection(direction: Direction): void {
  try {
    localStorage.setItem(KEPT, direction);
  } catch {
    // a browser that keeps nothing: the choice lasts as long as the page
  }
}

export type Size = { width: number; height: number };

/** The ways out that stand below (or beside) a card; optional ones leave by its side. */
export function mainPorts(node: FlowNode): string[] {
  const optional = optionalPorts(node);
  return ports(node).filter((port) => !optional.includes(port));
}

export const CARD = { down: 264, right: 236 };
const PORT = 116;

/** How wide a card is drawn. */
export function cardWidth(node: FlowNode, direction: Direction): number {
  return direction === 'right' ? CARD.right : Math.max(CARD.down, PORT * mainPorts(node).length);
}

/** What a card is taken to measure until it is drawn. */
export function cardSize(node: FlowNode, direction: Direction): Size {
  const out = mainPorts(node).length;
  const below = out < 2 ? 0 : direction === 'down' ? 26 : 26 * out;
  return { width: cardWidth(node, direction), height: 82 + below };
}

/** From one layer to the next, and from one card to the one beside it. */
const GAP: Record<Direction, Point> = { down: { x: 48, y: 72 }, right: { x: 80, y: 36 } };

/** Which way a drawing grows: the way that most of its edges go. */
export function directionOf(flow: Flow): Direction | null {
  const at = new Map(flow.nodes.map((node) => [node.id, node.position ?? { x: 0, y: 0 }]));
  let down = 0;
  let right = 0;
  for (const { source, target } of flow.edges) {
    const [from, to] = [at.get(source), at.get(target)];
    if (!from || !to) continue;
    down += Math.max(0, to.y - from.y);
    right += Math.max(0, to.x - from.x);
  }
  if (down === 0 && right === 0) return null;
  return right > down ? 'right' : 'down';
}

/** Whether two cards lie on each other. */
export function overlaps(flow: Flow, direction: Direction): boolean {
  const boxes = flow.nodes
    .map((node) => ({ ...(node.position ?? { x: 0, y: 0 }), ...cardSize(node, direction) }))
    .sort((a, b) => a.y - b.y);
  return boxes.some((box, index) => {
    for (let other = index + 1; other < boxes.length; other += 1) {
      const next = boxes[other] as (typeof boxes)[number];
      if (next.y >= box.y + box.height) return false;
      if (next.x < box.x + box.width && box.x < next.x + next.width) return true;
    }
    return false;
  });
}

/** A flow as it is shown: drawn in the direction, and no card on another. One that is so already stays as it is. */
export function arranged(flow: Flow, direction: Direction): Flow {
  if (flow.nodes.length < 2) return flow;
  const drawn = directionOf(flow);
  if ((drawn === null || drawn === direction) && !overlaps(flow, direction)) return flow;
  const turned = drawn === null || drawn === direction ? flow : transposed(flow, direction);
  return overlaps(turned, direction) ? layered(flow, direction) : turned;
}

const TURN: Record<Direction, Point> = { down: { x: 2.1, y: 0.62 }, right: { x: 1 / 0.62, y: 1 / 2.1 } };

/** The drawing turned about its diagonal, its gaps made to fit the cards. */
function transposed(flow: Flow, direction: Direction): Flow {
  const { x: sx, y: sy } = TURN[direction];
  const turn = <T extends { position?: Point }>(part: T, aside = 0): T => {
    const { x, y } = part.position ?? { x: 0, y: 0 };
    return { ...part, position: { x: Math.round(y * sx + aside), y: Math.round(x * sy) } };
  };
  // a wide card keeps its middle
  const aside = (node: FlowNode) => (direction === 'down' ? (CARD.down - cardWidth(node, direction)) / 2 : 0);
  return {
    ...flow,
    nodes: flow.nodes.map((node) => turn(node, aside(node))),
    notes: flow.notes.map((note) => turn(note)),
  };
}

/** Layer by layer, each card as near below what leads to it as there is room. ELK does it better, and takes longer. */
export function layered(flow: Flow, direction: Direction): Flow {
  const depth = depths(flow);
  const layers: FlowNode[][] = [];
  for (const node of inOrder(flow)) {
    const level = depth.get(node.id) ?? 0;
    layers[level] = [...(layers[level] ?? []), node];
  }
  const across = direction === 'down' ? 'width' : 'height';
  const along = direction === 'down' ? 'height' : 'width';
  const gap = {
    across: direction === 'down' ? GAP.down.x : GAP.right.y,
    along: direction === 'down' ? GAP.down.y : GAP.right.x,
  };
  const middle = new Map<string, number>();
  const places = new Map<string, Point>();
  let start = 0;
  for (const layer of layers.map((each) => each ?? [])) {
    const sized = layer.map((node) => ({
      node,
      size: cardSize(node, direction),
      wanted: wantedMiddle(flow, node, middle),
    }));
    sized.sort((a, b) => a.wanted - b.wanted);
    let edge = Number.NEGATIVE_INFINITY;
    for (const { node, size, wanted } of sized) {
      const from = Math.max(edge, wanted - size[across] / 2);
      edge = from + size[across] + gap.across;
      middle.set(node.id, from + size[across] / 2);
      places.set(node.id, direction === 'down' ? { x: from, y: start } : { x: start, y: from });
    }
    start += Math.max(0, ...sized.map(({ size }) => size[along])) + gap.along;
  }
  const nodes = flow.nodes.map((node) => {
    const at = places.get(node.id) ?? { x: 0, y: 0 };
    return { ...node, position: { x: Math.round(at.x), y: Math.round(at.y) } };
  });
  return { ...flow, nodes };
}

/** The middle of what leads to a node, seen across; branches of one step fan out in their order. */
function wantedMiddle(flow: Flow, node: FlowNode, middle: ReadonlyMap<string, number>): number {
  const from = flow.edges
    .filter((edge) => edge.target === node.id)
    .flatMap((edge) => {
      const at = middle.get(edge.source);
      const source = flow.nodes.find((each) => each.id === edge.source);
      if (at === undefined || !source) return [];
      const out = mainPorts(source);
      const index = out.indexOf(edge.sourceHandle);
      return [at + (index < 0 ? out.length / 2 : index - (out.length - 1) / 2) * CARD.down];
    });
  return from.length > 0 ? from.reduce((sum, each) => sum + each, 0) / from.length : 0;
}

/** How many steps lie before each, on the longest way to it. Ways back are left out. */
function depths(flow: Flow): Map<string, number> {
  const found = new Map<string, number>();
  const open = new Set<string>();
  const depth = (id: string): number => {
    const known = found.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) return -1;
    open.add(id);
    const before = flow.edges.filter((edge) => edge.target === id).map((edge) => depth(edge.source));
    open.delete(id);
    const own = Math.max(-1, ...before) + 1;
    found.set(id, own);
    return own;
  };
  for (const node of flow.nodes) depth(node.id);
  return found;
}

/** The steps from the entry on, branch by branch. */
function inOrder(flow: Flow): FlowNode[] {
  const byId = new Map(flow.nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const order: FlowNode[] = [];
  const visit = (id: string) => {
    const node = byId.get(id);
    if (!node || seen.has(id)) return;
    seen.add(id);
    order.push(node);
    for (const port of ports(node)) {
      const next = flow.edges.find((edge) => edge.source === id && edge.sourceHandle === port);
      if (next) visit(next.target);
    }
  };
  for (const node of flow.nodes) if (node.type === 'entry') visit(node.id);
  for (const node of flow.nodes) visit(node.id);
  return order;
}

import type { Flow, FlowEdge, FlowNode } from '@/api/types';
import { CARD, cardSize, type Direction, mainPorts } from './direction';
import { edge, edgeFrom, mainPort, nodeById, ports } from './model';

/** Every edit takes a flow and returns another one, the parts that did not change being the same objects. */
export type Point = { x: number; y: number };

/** From a step to the one behind it. */
const BEHIND = 168;

export function addNode(flow: Flow, node: FlowNode): Flow {
  return { ...flow, nodes: [...flow.nodes, node] };
}

/** Puts a node into an edge: what came in goes to it, and its main port leads on to where the edge led. */
export function insertOnEdge(flow: Flow, edgeId: string, node: FlowNode): Flow {
  const cut = flow.edges.find((each) => each.id === edgeId);
  if (!cut) return addNode(flow, node);
  const exists = nodeById(flow, node.id) !== undefined;
  const port = mainPort(node);
  const others = flow.edges.filter((each) => each !== cut && !(each.source === node.id && each.sourceHandle === port));
  const added = [edge(cut.source, cut.sourceHandle, node.id)];
  if (port !== null) added.push(edge(node.id, port, cut.target));
  const nodes = exists ? flow.nodes.map((each) => (each.id === node.id ? node : each)) : [...flow.nodes, node];
  return { ...flow, nodes, edges: [...others, ...added] };
}

/** Adds a node behind a port; what the port led to comes behind the new node. */
export function insertAfter(flow: Flow, source: string, port: string, node: FlowNode): Flow {
  const taken = edgeFrom(flow, source, port);
  if (taken) return insertOnEdge(flow, taken.id, node);
  return { ...addNode(flow, node), edges: [...flow.edges, edge(source, port, node.id)] };
}

/** Where the main road goes on behind a node, past all that is being removed. */
function wayOn(flow: Flow, from: string, gone: ReadonlySet<string>): string | null {
  const seen = new Set<string>();
  let id: string | null = from;
  while (id !== null && gone.has(id)) {
    if (seen.has(id)) return null;
    seen.add(id);
    const node = nodeById(flow, id);
    const onward = node ? mainTarget(flow, node) : null;
    id = onward;
  }
  return id;
}

function mainTarget(flow: Flow, node: FlowNode): string | null {
  const main = mainPort(node);
  const order = main === null ? [] : [main, ...ports(node).filter((port) => port !== main)];
  for (const port of order) {
    const found = edgeFrom(flow, node.id, port);
    if (found) return found.target;
  }
  return null;
}

/** Removes nodes; edges that led to them lead to where their main road went on. */
export function removeNodes(flow: Flow, ids: Iterable<string>): Flow {
  const gone = new Set(ids);
  if (gone.size === 0) return flow;
  const edges: FlowEdge[] = [];
  for (const each of flow.edges) {
    if (gone.has(each.source)) continue;
    if (!gone.has(each.target)) {
      edges.push(each);
      continue;
    }
    const target = wayOn(flow, each.target, gone);
    if (target !== null && target !== each.source) edges.push({ ...each, target });
  }
  return { ...flow, nodes: flow.nodes.filter((node) => !gone.has(node.id)), edges };
}

/** Takes a node out of its place, closing the gap, and puts it into another edge. */
export function moveToEdge(flow: Flow, nodeId: string, edgeId: string): Flow {
  const node = nodeById(flow, nodeId);
  const into = flow.edges.find((each) => each.id === edgeId);
  if (!node || !into || into.source === nodeId || into.target === nodeId) return flow;
  const without = removeNodes(flow, [nodeId]);
  const port = mainPort(node);
  const kept = flow.edges.filter(
    (each) => each.source === nodeId && each.sourceHandle !== port && each.target !== nodeId,
  );
  return insertOnEdge({ ...without, edges: [...without.edges, ...kept] }, edgeId, node);
}

/** Leads a port to a node; where it led before, it leads no more. */
export function connect(flow: Flow, source: string, port: string, target: string): Flow {
  const others = flow.edges.filter((each) => !(each.source === source && each.sourceHandle === port));
  return { ...flow, edges: [...others, edge(source, port, target)] };
}

export function removeEdges(flow: Flow, ids: Iterable<string>): Flow {
  const gone = new Set(ids);
  return { ...flow, edges: flow.edges.filter((each) => !gone.has(each.id)) };
}

/** Replaces a node; edges from ports that it no longer has are removed. */
export function replaceNode(flow: Flow, node: FlowNode): Flow {
  const known = new Set(ports(node));
  const edges = flow.edges.filter((each) => each.source !== node.id || known.has(each.sourceHandle));
  return {
    ...flow,
    nodes: flow.nodes.map((each) => (each.id === node.id ? node : each)),
    edges: edges.length === flow.edges.length ? flow.edges : edges,
  };
}

/** Puts steps and notes at other places. */
export function moveNodes(flow: Flow, places: ReadonlyMap<string, Point>): Flow {
  let moved = false;
  const put = <T extends { id: string; position?: Point }>(part: T): T => {
    const at = places.get(part.id);
    if (!at || (at.x === part.position?.x && at.y === part.position?.y)) return part;
    moved = true;
    return { ...part, position: { x: Math.round(at.x), y: Math.round(at.y) } };
  };
  const [nodes, notes] = [flow.nodes.map(put), flow.notes.map(put)];
  return moved ? { ...flow, nodes, notes } : flow;
}

/** A free place behind a port of a node. */
export function placeAfter(flow: Flow, source: string, port: string, direction: Direction): Point {
  const node = nodeById(flow, source);
  if (!node?.position) return freePlace(flow, { x: 0, y: 0 }, direction);
  const { x, y } = node.position;
  const all = mainPorts(node);
  const index = all.indexOf(port);
  const { width, height } = cardSize(node, direction);
  if (direction === 'right') {
    const row = (index < 0 ? all.length : index) - (all.length - 1) / 2;
    return freePlace(flow, { x: x + width + 80, y: y + Math.round(row * 130) }, direction);
  }
  const row = index < 0 ? all.length / 2 + 1 : index - (all.length - 1) / 2;
  const middle = x + width / 2 + row * (CARD.down + 48);
  return freePlace(flow, { x: Math.round(middle - CARD.down / 2), y: y + Math.max(BEHIND, height + 72) }, direction);
}

/** The place itself, or the next one beside it (downwards) or below it (sideways) that no node covers. */
export function freePlace(flow: Flow, wanted: Point, direction: Direction): Point {
  const covered = (at: Point) =>
    flow.nodes.some(
      ({ position }) => position && Math.abs(position.x - at.x) < 270 && Math.abs(position.y - at.y) < 110,
    );
  let at = wanted;
  while (covered(at)) at = direction === 'down' ? { x: at.x + 312, y: at.y } : { x: at.x, y: at.y + 130 };
  return at;
}

/** Moves all that comes behind a node on, so that nothing lies on it: it was put between two others. */
export function makeRoom(flow: Flow, id: string, direction: Direction): Flow {
  const node = nodeById(flow, id);
  if (!node?.position) return flow;
  const along = direction === 'down' ? 'y' : 'x';
  const size = cardSize(node, direction);
  const need = node.position[along] + (direction === 'down' ? Math.max(BEHIND, size.height + 72) : size.width + 80);
  const next = flow.edges.filter((each) => each.source === id).map((each) => each.target);
  const behind = reached(flow, next);
  behind.delete(id);
  const nearest = Math.min(
    ...flow.nodes.filter((each) => next.includes(each.id)).map((each) => each.position?.[along] ?? need),
  );
  const by = need - nearest;
  if (!(by > 0)) return flow;
  const moved = flow.nodes.filter((each) => behind.has(each.id) && each.position);
  return moveNodes(flow, new Map(moved.map((each) => [each.id, shifted(each.position as Point, along, by)])));
}

const shifted = (at: Point, along: 'x' | 'y', by: number): Point => ({ ...at, [along]: at[along] + by });

/** These nodes, and all that come behind them. */
function reached(flow: Flow, from: readonly string[]): Set<string> {
  const found = new Set(from);
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const { source, target } of flow.edges) {
      if (source !== id || found.has(target)) continue;
      found.add(target);
      open.push(target);
    }
  }
  return found;
}

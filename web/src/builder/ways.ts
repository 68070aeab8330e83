import type { InternalNode } from '@xyflow/react';
import { useRef } from 'react';
import type { Flow, FlowEdge } from '@/api/types';
import { cardSize, type Direction, mainPorts } from './graph/direction';
import type { Point } from './graph/edit';
import { nodeById } from './graph/model';
import { type Box, route } from './graph/route';

type Placed = { id: string; position: Point; measured?: { width?: number; height?: number } };
type Known = { key: string; way: Point[] };

/**
 * The ways of all edges of a drawing, behind no card. A way is worked out anew only when its ends, or the cards near
 * it, have moved: it is asked for with each frame while a card is dragged.
 */
export function useWays(
  flow: Flow,
  placed: readonly Placed[],
  direction: Direction,
  internal: (id: string) => InternalNode | undefined,
): ReadonlyMap<string, Point[]> {
  const kept = useRef(new Map<string, Known>());
  const boxes = new Map<string, Box>();
  for (const { id, position, measured } of placed) {
    const node = nodeById(flow, id);
    if (!node) continue; // a note: ways may pass behind it
    const size = sized(measured) ?? sized(internal(id)?.measured) ?? cardSize(node, direction);
    boxes.set(id, { ...position, ...size });
  }
  const cards = [...boxes.values()].map((box) => turned(box, direction));
  const next = new Map<string, Known>();
  for (const edge of flow.edges) {
    const ends = endsOf(edge, flow, boxes, direction, internal);
    if (!ends) continue;
    const [from, to] = [turnedPoint(ends.from, direction), turnedPoint(ends.to, direction)];
    const near = cards.filter((card) => isNear(card, from, to));
    const key = [from, to, ...near].map(({ x, y }) => `${x},${y}`).join(' ') + ends.side;
    const known = kept.current.get(edge.id);
    if (known?.key === key) next.set(edge.id, known);
    else next.set(edge.id, { key, way: route(from, to, near, ends.side).map((each) => turnedPoint(each, direction)) });
  }
  kept.current = next;
  return new Map([...next].map(([id, { way }]) => [id, way]));
}

const sized = (measured: Placed['measured']) =>
  measured?.width && measured.height ? { width: measured.width, height: measured.height } : undefined;

/** `route` draws downwards: sideways is downwards with the axes exchanged. */
const turnedPoint = ({ x, y }: Point, direction: Direction): Point =>
  direction === 'down' ? { x, y } : { x: y, y: x };
const turned = (box: Box, direction: Direction): Box =>
  direction === 'down' ? box : { x: box.y, y: box.x, width: box.height, height: box.width };

const REACH = 400;

const isNear = (card: Box, a: Point, b: Point) =>
  card.x < Math.max(a.x, b.x) + REACH &&
  card.x + card.width > Math.min(a.x, b.x) - REACH &&
  card.y < Math.max(a.y, b.y) + REACH &&
  card.y + card.height > Math.min(a.y, b.y) - REACH;

type Ends = { from: Point; to: Point; side: boolean };

function endsOf(
  { source, sourceHandle, target }: FlowEdge,
  flow: Flow,
  boxes: ReadonlyMap<string, Box>,
  direction: Direction,
  internal: (id: string) => InternalNode | undefined,
): Ends | null {
  const [start, end] = [boxes.get(source), boxes.get(target)];
  const node = nodeById(flow, source);
  if (!start || !end || !node) return null;
  const index = mainPorts(node).indexOf(sourceHandle);
  const handles = internal(source)?.internals.handleBounds?.source;
  const handle = handles?.find((each) => each.id === sourceHandle);
  const from = handle
    ? { x: start.x + handle.x + handle.width / 2, y: start.y + handle.y + handle.height / 2 }
    : guessed(start, index, mainPorts(node).length, direction);
  const to = direction === 'down' ? { x: end.x + end.width / 2, y: end.y } : { x: end.x, y: end.y + HANDLE };
  return { from: rounded(from), to: rounded(to), side: direction === 'down' && index < 0 };
}

/** How far below a card's top its ways begin and end, where it is drawn sideways. */
const HANDLE = 32;

/** Where a way out is before it is drawn. */
function guessed({ x, y, width, height }: Box, index: number, of: number, direction: Direction): Point {
  if (direction === 'right')
    return { x: x + width, y: index < 0 || of === 1 ? y + HANDLE : y + 82 + 26 * (index + 0.5) };
  return index < 0 ? { x: x + width, y: y + HANDLE } : { x: x + (width * (index + 0.5)) / of, y: y + height };
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });

import type { Point } from './edit';

export type Box = { x: number; y: number; width: number; height: number };

/** How far a way stays from a card, and how far it goes straight before it turns. */
const CLEAR = 12;
const STUB = 20;
/** What a corner is worth in pixels: ways bend seldom. */
const CORNER = 90;
/** Cards farther off than this from both ends of a way are not in it. */
const NEAR = 500;

/**
 * The corners of a way from one card down to another, behind no card. `from` leaves downwards, or to the right (`side`);
 * `to` is come to from above. Runs along the axes only.
 */
export function route(from: Point, to: Point, boxes: readonly Box[], side = false): Point[] {
  const out = side ? { x: from.x + STUB, y: from.y } : { x: from.x, y: from.y + STUB };
  const into = { x: to.x, y: to.y - STUB };
  const cards = boxes.map(padded);
  const simple = plain(out, into, side).find((way) => isClear(way, cards));
  const middle = simple ?? around(out, into, near(cards, out, into)) ?? (plain(out, into, side)[0] as Point[]);
  return straightened([from, ...middle, to]);
}

function padded({ x, y, width, height }: Box): Box {
  return { x: x - CLEAR, y: y - CLEAR, width: width + 2 * CLEAR, height: height + 2 * CLEAR };
}

/** The ways that one would draw: down, across, down; the crossing half-way, just below the start, or just above the end. */
function plain(out: Point, into: Point, side: boolean): Point[][] {
  const across = (y: number): Point[] => [out, { x: out.x, y }, { x: into.x, y }, into];
  if (into.y >= out.y) {
    const corner: Point[] = [out, { x: into.x, y: out.y }, into];
    return [
      ...(side || out.x === into.x ? [corner] : []),
      across(Math.round((out.y + into.y) / 2)),
      across(into.y),
      across(out.y),
    ];
  }
  const beside = Math.max(out.x, into.x) + 170;
  return [[out, { x: beside, y: out.y }, { x: beside, y: into.y }, into]];
}

const crosses = (a: Point, b: Point, card: Box) =>
  Math.max(a.x, b.x) > card.x &&
  Math.min(a.x, b.x) < card.x + card.width &&
  Math.max(a.y, b.y) > card.y &&
  Math.min(a.y, b.y) < card.y + card.height;

function isClear(way: readonly Point[], cards: readonly Box[]): boolean {
  return way.every((point, index) => {
    const next = way[index + 1];
    return !next || !cards.some((card) => crosses(point, next, card));
  });
}

function near(cards: readonly Box[], a: Point, b: Point): Box[] {
  const [left, right] = [Math.min(a.x, b.x) - NEAR, Math.max(a.x, b.x) + NEAR];
  const [top, bottom] = [Math.min(a.y, b.y) - NEAR, Math.max(a.y, b.y) + NEAR];
  return cards.filter(
    (card) => card.x < right && card.x + card.width > left && card.y < bottom && card.y + card.height > top,
  );
}

type State = { key: number; cost: number };

/** The shortest way with the fewest corners along the cards' sides; null where there is none (an end lies under a card). */
function around(from: Point, to: Point, cards: readonly Box[]): Point[] | null {
  const xs = lines([from.x, to.x, ...cards.flatMap((card) => [card.x, card.x + card.width])]);
  const ys = lines([from.y, to.y, ...cards.flatMap((card) => [card.y, card.y + card.height])]);
  const at = (cell: number): Point => ({
    x: xs[cell % xs.length] as number,
    y: ys[Math.floor(cell / xs.length)] as number,
  });
  const cellOf = (point: Point) => ys.indexOf(point.y) * xs.length + xs.indexOf(point.x);
  const [start, goal] = [cellOf(from), cellOf(to)];
  const best = new Map<number, number>([[start * 2 + 1, 0]]);
  const before = new Map<number, number>();
  const open = new Heap();
  open.push({ key: start * 2 + 1, cost: 0 });
  for (let state = open.pop(); state; state = open.pop()) {
    const cell = state.key >> 1;
    const upright = state.key & 1;
    if (cell === goal) return traced(state.key, before, at);
    if (state.cost > (best.get(state.key) ?? Number.POSITIVE_INFINITY)) continue;
    const column = cell % xs.length;
    const row = (cell - column) / xs.length;
    for (const [dx, dy] of STEPS) {
      const [nextColumn, nextRow] = [column + dx, row + dy];
      if (nextColumn < 0 || nextRow < 0 || nextColumn >= xs.length || nextRow >= ys.length) continue;
      const next = nextRow * xs.length + nextColumn;
      const [a, b] = [at(cell), at(next)];
      if (cards.some((card) => crosses(a, b, card))) continue;
      const key = next * 2 + (dy === 0 ? 0 : 1);
      const cost = state.cost + Math.abs(a.x - b.x) + Math.abs(a.y - b.y) + ((key & 1) === upright ? 0 : CORNER);
      if (cost >= (best.get(key) ?? Number.POSITIVE_INFINITY)) continue;
      best.set(key, cost);
      before.set(key, state.key);
      open.push({ key, cost });
    }
  }
  return null;
}

const STEPS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

const lines = (values: number[]) => [...new Set(values)].sort((a, b) => a - b);

function traced(last: number, before: ReadonlyMap<number, number>, at: (cell: number) => Point): Point[] {
  const way: Point[] = [];
  for (let key: number | undefined = last; key !== undefined; key = before.get(key)) way.unshift(at(key >> 1));
  return way;
}

/** Without the points at which it does not turn. */
function straightened(way: Point[]): Point[] {
  const apart = way.filter(
    (point, index) => index === 0 || point.x !== way[index - 1]?.x || point.y !== way[index - 1]?.y,
  );
  return apart.filter((point, index) => {
    const [a, b] = [apart[index - 1], apart[index + 1]];
    return !a || !b || !((a.x === point.x && point.x === b.x) || (a.y === point.y && point.y === b.y));
  });
}

/** A way as an SVG path, its corners rounded, and the middle of its longest stretch: where its "+" stands. */
export function drawnWay(way: readonly Point[], radius = 10): { path: string; middle: Point } {
  let path = '';
  let longest = -1;
  let middle = way[0] ?? { x: 0, y: 0 };
  way.forEach((point, index) => {
    const [previous, next] = [way[index - 1], way[index + 1]];
    if (previous) {
      const length = Math.abs(point.x - previous.x) + Math.abs(point.y - previous.y);
      if (length > longest) {
        longest = length;
        middle = { x: (point.x + previous.x) / 2, y: (point.y + previous.y) / 2 };
      }
    }
    if (!previous) path += `M${point.x},${point.y}`;
    else if (!next) path += `L${point.x},${point.y}`;
    else {
      const [into, out] = [towards(point, previous, radius), towards(point, next, radius)];
      path += `L${into.x},${into.y}Q${point.x},${point.y} ${out.x},${out.y}`;
    }
  });
  return { path, middle };
}

/** A point on the way from one to another, `by` from the first, or half-way. */
function towards(from: Point, to: Point, by: number): Point {
  const length = Math.abs(to.x - from.x) + Math.abs(to.y - from.y);
  const part = length === 0 ? 0 : Math.min(by, length / 2) / length;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

/** The cheapest first. */
class Heap {
  private readonly items: State[] = [];

  push(item: State): void {
    const { items } = this;
    let index = items.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if ((items[parent] as State).cost <= item.cost) break;
      items[index] = items[parent] as State;
      index = parent;
    }
    items[index] = item;
  }

  pop(): State | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (!top || !last || items.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as State).cost < (items[child] as State).cost) child += 1;
      if ((items[child] as State).cost >= last.cost) break;
      items[index] = items[child] as State;
      index = child;
    }
    items[index] = last;
    return top;
  }
}

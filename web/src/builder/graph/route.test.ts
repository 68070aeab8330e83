import { describe, expect, it } from 'vitest';
import { type Box, drawnWay, route } from './route';

const card = (x: number, y: number): Box => ({ x, y, width: 264, height: 90 });

/** Whether a stretch of the way lies on a card. */
function behind(way: { x: number; y: number }[], boxes: Box[]): boolean {
  return way.some((a, index) => {
    const b = way[index + 1];
    return (
      b !== undefined &&
      boxes.some(
        (box) =>
          Math.max(a.x, b.x) > box.x &&
          Math.min(a.x, b.x) < box.x + box.width &&
          Math.max(a.y, b.y) > box.y &&
          Math.min(a.y, b.y) < box.y + box.height,
      )
    );
  });
}

describe('a way from card to card', () => {
  it('goes straight where it can', () => {
    expect(route({ x: 0, y: 0 }, { x: 0, y: 200 }, [])).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 200 },
    ]);
  });

  it.each<[string, Box[], { x: number; y: number }, { x: number; y: number }, boolean]>([
    ['one in between', [card(-132, 100)], { x: 0, y: 0 }, { x: 0, y: 400 }, false],
    ['a column of them', [0, 1, 2, 3].map((n) => card(-132, 100 + 150 * n)), { x: 0, y: 0 }, { x: 0, y: 900 }, false],
    ['a wall of them', [-2, -1, 0, 1].map((n) => card(300 * n, 100)), { x: 0, y: 0 }, { x: 500, y: 400 }, false],
    ['its own start, going back up', [card(-132, -90), card(-132, 300)], { x: 0, y: 390 }, { x: 0, y: -90 }, false],
    ['one beside, leaving by the side', [card(-264, -40), card(20, 60)], { x: 0, y: 0 }, { x: 100, y: 400 }, true],
  ])('passes behind no card: %s', (_, boxes, from, to, side) => {
    const way = route(from, to, boxes, side);
    expect(behind(way, boxes)).toBe(false);
    expect(way[0]).toEqual(from);
    expect(way.at(-1)).toEqual(to);
    for (const [index, point] of way.entries()) {
      const next = way[index + 1];
      if (next) expect(point.x === next.x || point.y === next.y).toBe(true);
    }
  });

  it('has its "+" in the middle of its longest stretch', () => {
    const { path, middle } = drawnWay([
      { x: 0, y: 0 },
      { x: 0, y: 40 },
      { x: 100, y: 40 },
    ]);
    expect(path).toBe('M0,0L0,30Q0,40 10,40L100,40');
    expect(middle).toEqual({ x: 50, y: 40 });
  });
});

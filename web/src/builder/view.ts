import type { Viewport } from '@xyflow/react';
import type { Flow } from '@/api/types';
import { cardSize, type Direction } from './graph/direction';

/** Cards are read at 80 % and more: a flow that is larger begins at its entry, and is scrolled. */
const LEAST = 0.8;
const MARGIN = 40;

/** What is seen of a drawing when it is opened: all of it where that can be read, else its beginning. */
export function firstView(
  flow: Flow,
  direction: Direction,
  frame: { clientWidth: number; clientHeight: number } | null,
): Viewport {
  const boxes = flow.nodes.map((node) => ({ ...(node.position ?? { x: 0, y: 0 }), ...cardSize(node, direction) }));
  if (!frame || boxes.length === 0) return { x: MARGIN, y: MARGIN, zoom: 1 };
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - left;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - top;
  const fits = Math.min((frame.clientWidth - 2 * MARGIN) / width, (frame.clientHeight - 2 * MARGIN) / height);
  const zoom = Math.min(1, Math.max(LEAST, fits));
  const entry =
    boxes[
      Math.max(
        0,
        flow.nodes.findIndex((node) => node.type === 'entry'),
      )
    ] ?? boxes[0];
  const middle = { x: (entry?.x ?? 0) + (entry?.width ?? 0) / 2, y: (entry?.y ?? 0) + (entry?.height ?? 0) / 2 };
  const centred = (room: number, size: number, from: number, at: number) =>
    size * zoom <= room - 2 * MARGIN ? (room - size * zoom) / 2 - from * zoom : room / 2 - at * zoom;
  const begun = (room: number, size: number, from: number) =>
    size * zoom <= room - 2 * MARGIN ? (room - size * zoom) / 2 - from * zoom : MARGIN - from * zoom;
  return direction === 'down'
    ? { x: centred(frame.clientWidth, width, left, middle.x), y: MARGIN - top * zoom, zoom }
    : { x: begun(frame.clientWidth, width, left), y: centred(frame.clientHeight, height, top, middle.y), zoom };
}

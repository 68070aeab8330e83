import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect, useRef } from 'react';
import type { Flow } from '@/api/types';
import type { Direction } from '@/builder/graph/direction';
import { firstView } from '@/builder/view';

/** Shows the beginning of a drawing, and again when its frame has another size, until somebody has moved it. */
export function useFirstView(flow: Flow, direction: Direction, frame: RefObject<HTMLDivElement | null>) {
  const { setViewport } = useReactFlow();
  const isMoved = useRef(false);
  const show = useRef(() => {});
  show.current = () => {
    if (!isMoved.current) void setViewport(firstView(flow, direction, frame.current));
  };
  useEffect(() => {
    const size = new ResizeObserver(() => show.current());
    if (frame.current) size.observe(frame.current);
    return () => size.disconnect();
  }, [frame]);
  return {
    onInit: () => show.current(),
    /** By a person: what the app does itself has no event. */
    onMoveStart: (event: unknown) => {
      if (event) isMoved.current = true;
    },
  };
}

import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect } from 'react';
import { useSelectedNode } from './store';

const MARGIN = 24;
/** The panel opens and the canvas becomes narrower before this is over. */
const SETTLED = 80;

/** Keeps the selected node in sight: one that was just added, or that a list led to. */
export function useFollow(): void {
  const id = useSelectedNode()?.id;
  const width = useStore((state) => state.width);
  const { getInternalNode, getViewport, setViewport } = useReactFlow();
  const height = useStore((state) => state.height);
  // Moved only when the selection or the canvas' width changes, never while the user drags or zooms.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it moves only when the selection or the width changes
  useEffect(() => {
    const timer = setTimeout(() => {
      const node = id ? getInternalNode(id) : undefined;
      if (!node?.measured.width || !node.measured.height) return;
      const view = getViewport();
      const left = node.internals.positionAbsolute.x * view.zoom + view.x;
      const top = node.internals.positionAbsolute.y * view.zoom + view.y;
      const right = left + node.measured.width * view.zoom + 40;
      const bottom = top + node.measured.height * view.zoom;
      const dx = left < MARGIN ? MARGIN - left : Math.min(0, width - MARGIN - right);
      const dy = top < MARGIN ? MARGIN - top : Math.min(0, height - MARGIN - bottom);
      if (dx !== 0 || dy !== 0) void setViewport({ ...view, x: view.x + dx, y: view.y + dy }, { duration: 150 });
    }, SETTLED);
    return () => clearTimeout(timer);
  }, [id, width]);
}

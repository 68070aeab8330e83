import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, useStore } from '@xyflow/react';
import { memo, use } from 'react';
import { AddButton } from './AddButton';
import { CanvasWords } from './canvasWords';
import type { CanvasEdge } from './graph/canvas';
import { useEditor } from './store';

/** Farther away, a "+" is too small to be hit. */
const NEAR = 0.3;

/** An edge, with a "+" in its middle. */
export const Way = memo(function Way(props: EdgeProps<CanvasEdge>) {
  const [path, x, y] = getBezierPath(props);
  const { t } = use(CanvasWords);
  const near = useStore((state) => state.transform[2] >= NEAR);
  const readOnly = useEditor((editor) => editor.readOnly);
  return (
    <>
      <BaseEdge id={props.id} path={path} interactionWidth={24} />
      {near && !readOnly && (
        <EdgeLabelRenderer>
          <div
            className="way-add nodrag nopan"
            data-selected={props.selected}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            <AddButton place={{ edge: props.id }} label={t('builder:addHere')} />
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

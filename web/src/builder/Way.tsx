import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';
import { AddButton } from './AddButton';
import type { CanvasEdge } from './graph/canvas';
import { useEditor } from './store';

/** An edge, with a "+" in its middle. */
export const Way = memo(function Way(props: EdgeProps<CanvasEdge>) {
  const [path, x, y] = getBezierPath(props);
  const readOnly = useEditor((editor) => editor.readOnly);
  return (
    <>
      <BaseEdge id={props.id} path={path} interactionWidth={24} />
      {!readOnly && (
        <EdgeLabelRenderer>
          <div
            className="way-add nodrag nopan"
            data-selected={props.selected}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            <AddButton place={{ edge: props.id }} />
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

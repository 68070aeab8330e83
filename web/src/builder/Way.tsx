import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, useStore } from '@xyflow/react';
import { memo, use } from 'react';
import { AddButton } from './AddButton';
import { CanvasWords } from './canvasWords';
import type { CanvasEdge } from './graph/canvas';
import { useEditor } from './store';

/** Farther away, a "+" is too small to be hit: there, only the selected edge has one, and it is drawn larger. */
const NEAR = 0.3;

/** An edge, with a "+" in its middle. */
export const Way = memo(function Way(props: EdgeProps<CanvasEdge>) {
  const [path, x, y] = getBezierPath(props);
  const { t } = use(CanvasWords);
  // in steps, so that edges are not drawn again with each turn of the wheel
  const enlarged = useStore(({ transform }) => Math.max(1, Math.ceil((2 * NEAR) / transform[2]) / 2));
  const readOnly = useEditor((editor) => editor.readOnly);
  const walked = useEditor((editor) => editor.walked.has(props.id));
  return (
    <>
      <BaseEdge
        id={props.id}
        path={path}
        className={walked ? 'way-walked' : undefined}
        interactionWidth={24 * enlarged}
      />
      {(enlarged === 1 || props.selected) && !readOnly && (
        <EdgeLabelRenderer>
          <div
            className="way-add nodrag nopan"
            data-selected={props.selected}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px) scale(${enlarged})` }}
          >
            <AddButton place={{ edge: props.id }} label={t('builder:addHere')} />
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

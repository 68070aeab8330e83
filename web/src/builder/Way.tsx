import { BaseEdge, EdgeLabelRenderer, type EdgeProps, useStore } from '@xyflow/react';
import { memo, use } from 'react';
import { AddButton } from './AddButton';
import { CanvasWords } from './canvasWords';
import type { CanvasEdge } from './graph/canvas';
import { drawnWay, route } from './graph/route';
import { titleOf } from './kinds';
import { useEditor } from './store';

/** Farther away, a "+" is too small to be hit: there, only the selected edge has one, and it is drawn larger. */
const NEAR = 0.3;

/** An edge, with a "+" in its middle. */
export const Way = memo(function Way(props: EdgeProps<CanvasEdge>) {
  const { sourceX, sourceY, targetX, targetY } = props;
  const way = props.data?.way ?? route({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, []);
  const { path, middle } = drawnWay(way);
  const { t } = use(CanvasWords);
  // in steps, so that edges are not drawn again with each turn of the wheel
  const enlarged = useStore(({ transform }) => Math.max(1, Math.ceil((2 * NEAR) / transform[2]) / 2));
  const readOnly = useEditor((editor) => editor.readOnly);
  const walked = useEditor((editor) => editor.walked.has(props.id));
  const source = useEditor(({ history }) => history.present.nodes.find((node) => node.id === props.source));
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
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px) scale(${enlarged})` }}
          >
            <AddButton
              place={{ edge: props.id }}
              label={source ? t('builder:addAfter', { name: titleOf(source, t) }) : t('builder:add')}
            />
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

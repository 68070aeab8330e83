import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import type { Point } from '@/builder/graph/edit';
import { drawnWay, route } from '@/builder/graph/route';
import { useFormat } from '@/lib/useFormat';

export type MonitorEdge = Edge<{ count: number; width: number; way: Point[] | null }, 'flow'>;

/** A way as thick as what flows along it. */
export const FlowWay = memo(function FlowWay(props: EdgeProps<MonitorEdge>) {
  const format = useFormat();
  const { sourceX, sourceY, targetX, targetY } = props;
  const { count, width, way } = props.data ?? { count: 0, width: 1.5, way: null };
  const drawn = drawnWay(way ?? route({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, []));
  const { path } = drawn;
  const { x, y } = drawn.middle;
  return (
    <>
      <BaseEdge id={props.id} path={path} className="flow-way" data-used={count > 0} style={{ strokeWidth: width }} />
      {count > 0 && (
        <EdgeLabelRenderer>
          <span className="flow-count figures" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {format.short(count)}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

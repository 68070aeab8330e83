import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';
import { useFormat } from '@/lib/useFormat';

export type MonitorEdge = Edge<{ count: number; width: number }, 'flow'>;

/** A way as thick as what flows along it. */
export const FlowWay = memo(function FlowWay(props: EdgeProps<MonitorEdge>) {
  const format = useFormat();
  const [path, x, y] = getBezierPath(props);
  const { count, width } = props.data ?? { count: 0, width: 1.5 };
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

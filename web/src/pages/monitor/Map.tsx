import { useComputedColorScheme } from '@mantine/core';
import {
  Background,
  Controls,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useNodesInitialized,
  useReactFlow,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import '@/builder/canvas.css';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Flow } from '@/api/types';
import { cardSize, chosenDirection } from '@/builder/graph/direction';
import { kindOf } from '@/builder/kinds';
import { useCanvasLabels } from '@/builder/useCanvasLabels';
import { useWays } from '@/builder/ways';
import { FlowWay, type MonitorEdge } from './FlowWay';
import { byNode, flows, type Monitor, NOBODY, thickness } from './figures';
import { type MonitorCanvasNode, MonitorNode } from './MonitorNode';
import { useFirstView } from './useFirstView';

const NODE_TYPES = { watched: MonitorNode };
/** From so many steps on, an overview says more than it hides. */
const MANY = 20;
const EDGE_TYPES = { flow: FlowWay };

type Props = { flow: Flow; monitor: Monitor; chosen: string | null; choose: (node: string | null) => void };

/** The campaign as it was drawn, with its customers on it. */
export function FlowMap(props: Props) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing({ flow, monitor, chosen, choose }: Props) {
  const { t } = useTranslation('monitor');
  const scheme = useComputedColorScheme('light');
  const labels = useCanvasLabels();
  const { getInternalNode } = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const [direction] = useState(chosenDirection);
  const figures = useMemo(() => byNode(monitor), [monitor]);
  const nodes = useMemo(
    () =>
      flow.nodes.map(
        (node): MonitorCanvasNode => ({
          id: node.id,
          type: 'watched',
          position: node.position ?? { x: 0, y: 0 },
          initialWidth: cardSize(node, direction).width,
          initialHeight: 100,
          data: { node, direction, figures: figures.get(node.id) ?? NOBODY, chosen: node.id === chosen },
          ariaLabel: node.data.label || node.id,
        }),
      ),
    [flow, figures, chosen, direction],
  );
  const view = useFirstView(flow, direction, frame);
  useNodesInitialized(); // ways begin where the cards, once drawn, have their handles
  const ways = useWays(flow, nodes, direction, getInternalNode);
  const edges = useMemo(() => {
    const counts = flows(flow, monitor);
    const most = Math.max(0, ...counts.values());
    return flow.edges.map((edge): MonitorEdge => {
      const count = counts.get(edge.id) ?? 0;
      return {
        ...edge,
        type: 'flow',
        focusable: false,
        data: { count, width: thickness(count, most), way: ways.get(edge.id) ?? null },
      };
    });
  }, [flow, monitor, ways]);
  return (
    <div className="monitor-map" ref={frame}>
      <ReactFlow<MonitorCanvasNode, MonitorEdge>
        aria-label={t('map')}
        ariaLabelConfig={labels}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        colorMode={scheme}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable
        onNodeClick={(_, node) => choose(node.id)}
        onPaneClick={() => choose(null)}
        onSelectionChange={({ nodes: [first] }) => first && choose(first.id)}
        deleteKeyCode={null}
        onlyRenderVisibleElements={flow.nodes.length > 120}
        minZoom={0.1}
        maxZoom={1.5}
        {...view}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={20} />
        <Controls showInteractive={false} aria-label={t('zoom')} />
        {flow.nodes.length >= MANY && (
          <MiniMap
            pannable
            zoomable
            ariaLabel={t('miniMap')}
            nodeColor={(node) => `var(--mantine-color-${kindOf((node as MonitorCanvasNode).data.node.type).colour}-5)`}
          />
        )}
      </ReactFlow>
    </div>
  );
}

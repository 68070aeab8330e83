import { Badge, Text, ThemeIcon, useComputedColorScheme } from '@mantine/core';
import {
  Background,
  Controls,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
} from '@xyflow/react';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Flow } from '@/api/types';
import { type ComparedEdge, type ComparedNode, compared } from '../../graph/compare';
import { cardWidth, chosenDirection } from '../../graph/direction';
import { ports } from '../../graph/model';
import { describe, kindOf, titleOf } from '../../kinds';
import { portLabel } from '../../kinds/portLabel';
import { useWords } from '../../names';
import { CHANGE_COLOURS } from './Changes';
import './comparison.css';

type Card = Node<ComparedNode, 'compared'>;

const NODE_TYPES = { compared: memo(ComparedCard) };

/** Two drawings laid over each other: what is new, gone or changed is marked on its card, and by colour. */
export default function Comparison({ before, after }: { before: Flow; after: Flow }) {
  const { t } = useTranslation('builder');
  const scheme = useComputedColorScheme('light');
  const { nodes, edges } = useMemo(() => drawn(before, after), [before, after]);
  return (
    <section className="comparison" aria-label={t('versions.drawing')}>
      <ReactFlowProvider>
        <ReactFlow
          key={nodes.length}
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          colorMode={scheme}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesFocusable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          minZoom={0.1}
          fitView
          fitViewOptions={{ padding: 0.1, maxZoom: 1 }}
          proOptions={{ hideAttribution: true }}
        >
          <Background gap={20} />
          <Controls showInteractive={false} aria-label={t('zoom')} />
        </ReactFlow>
      </ReactFlowProvider>
    </section>
  );
}

const EDGE_COLOURS: Record<ComparedEdge['what'], string> = { added: 'teal', removed: 'red', same: 'gray' };

function drawn(before: Flow, after: Flow) {
  const both = compared(before, after);
  const nodes = both.nodes.map(
    (data): Card => ({
      id: data.node.id,
      type: 'compared',
      position: data.node.position ?? { x: 0, y: 0 },
      data,
    }),
  );
  const edges = both.edges.map(({ edge, what }) => {
    const color = `var(--mantine-color-${EDGE_COLOURS[what]}-6)`;
    return {
      ...edge,
      type: 'smoothstep',
      id: `${edge.id}>${edge.target}`,
      markerEnd: { type: MarkerType.ArrowClosed, color },
      style: {
        stroke: color,
        strokeWidth: what === 'same' ? 1 : 2.5,
        strokeDasharray: what === 'removed' ? '6 5' : undefined,
      },
    };
  });
  return { nodes, edges };
}

function ComparedCard({ data: { node, what, was } }: NodeProps<Card>) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const words = useWords();
  const { icon: Icon, colour } = kindOf(node.type);
  const out = [...new Set([...ports(node), ...(was ? ports(was) : [])])];
  return (
    <div
      className="step"
      data-compared={what}
      data-direction={chosenDirection()}
      style={{ width: cardWidth(node, chosenDirection()) }}
    >
      <Handle
        type="target"
        position={chosenDirection() === 'down' ? Position.Top : Position.Left}
        id="in"
        isConnectable={false}
      />
      <div className="step-head">
        <ThemeIcon variant="light" color={colour} size={34} radius="md">
          <Icon size={20} stroke={1.6} />
        </ThemeIcon>
        <div className="step-words">
          {what !== 'same' && (
            <Badge size="xs" variant="light" color={CHANGE_COLOURS[what]} tt="none">
              {t(`builder:changes.${what}`)}
            </Badge>
          )}
          <Text size="sm" fw={600} lineClamp={2} lh={1.25}>
            {titleOf(node, t)}
          </Text>
          <Text size="xs" c="dimmed" lineClamp={2} lh={1.3}>
            {describe(node, words)}
          </Text>
        </div>
      </div>
      <div className="step-ports">
        {out.map((port) => (
          <div className="step-way" key={port}>
            <Text size="xs" truncate>
              {out.length > 1 ? portLabel(node, port, t) : ' '}
            </Text>
            <Handle
              type="source"
              position={chosenDirection() === 'down' ? Position.Bottom : Position.Right}
              id={port}
              isConnectable={false}
            />
          </div>
        ))}
      </div>
    </div>
  );
}

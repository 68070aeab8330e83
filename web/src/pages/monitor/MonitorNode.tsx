import { Group, Text, ThemeIcon } from '@mantine/core';
import { IconHourglassLow } from '@tabler/icons-react';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowNode } from '@/api/types';
import { cardWidth, type Direction } from '@/builder/graph/direction';
import { optionalPorts, ports } from '@/builder/graph/model';
import { kindOf, titleOf } from '@/builder/kinds';
import { portLabel } from '@/builder/kinds/portLabel';
import { useFormat } from '@/lib/useFormat';
import { type NodeFigures, sum } from './figures';
import { useExitWords } from './words';

export type MonitorCanvasNode = Node<
  { node: FlowNode; figures: Omit<NodeFigures, 'node_id'>; chosen: boolean; direction: Direction },
  'watched'
>;

/** A step as the monitor draws it: who is there now, who passed, who left the campaign there. */
export const MonitorNode = memo(function MonitorNode({
  data: { node, direction, figures, chosen },
}: NodeProps<MonitorCanvasNode>) {
  const { t } = useTranslation(['kinds', 'app', 'monitor']);
  const format = useFormat();
  const exits = useExitWords();
  const [reason, ...reasons] = Object.entries(figures.ended)
    .sort(([, a], [, b]) => b - a)
    .map(([each]) => exits(each));
  const kind = kindOf(node.type);
  const Icon = kind.icon;
  const optional = optionalPorts(node);
  const required = ports(node).filter((port) => !optional.includes(port));
  const shown = required.length > 1 ? required : [];
  const out = direction === 'down' ? Position.Bottom : Position.Right;
  return (
    <div
      className="step watched"
      data-direction={direction}
      style={{ width: cardWidth(node, direction) }}
      data-selected={chosen}
      data-busy={figures.active > 0}
    >
      {node.type !== 'entry' && (
        <Handle
          type="target"
          position={direction === 'down' ? Position.Top : Position.Left}
          id="in"
          isConnectable={false}
        />
      )}
      <div className="step-head">
        <ThemeIcon variant="light" color={kind.colour} size={34} radius="md">
          <Icon size={20} stroke={1.6} />
        </ThemeIcon>
        <div className="step-words">
          <Text size="sm" fw={600} lineClamp={2} lh={1.25}>
            {titleOf(node, t)}
          </Text>
        </div>
        {figures.active > 0 && (
          <span className="watched-inside">
            <IconHourglassLow size={13} aria-hidden />
            {format.short(figures.active)}
          </span>
        )}
      </div>
      <Group gap="sm" px={10} pb={6} justify="space-between" className="watched-figures figures">
        <Text size="xs">{t('monitor:node.entered', { n: format.short(figures.entered) })}</Text>
        {sum(figures.exited) > 0 && (
          <Text size="xs">{t('monitor:node.left', { n: format.short(sum(figures.exited)) })}</Text>
        )}
      </Group>
      {reason !== undefined && (
        <Text size="xs" px={10} pb={6} lineClamp={2} className="watched-figures">
          {t(reasons.length > 0 ? 'monitor:node.endedMore' : 'monitor:node.ended', {
            n: format.short(sum(figures.ended)),
            reason,
          })}
        </Text>
      )}
      {required.length === 1 && required[0] && (
        <div className="step-way-bare">
          <Handle type="source" position={out} id={required[0]} isConnectable={false} />
        </div>
      )}
      {shown.length > 0 && (
        <div className="step-ports">
          {shown.map((port) => (
            <div className="step-way" key={port}>
              <Text size="xs" truncate>
                {portLabel(node, port, t)}
                {figures.exited[port] ? ` · ${format.short(figures.exited[port])}` : ''}
              </Text>
              <Handle type="source" position={out} id={port} isConnectable={false} />
            </div>
          ))}
        </div>
      )}
      {optional.map((port) => (
        <div className="step-side" key={port} data-connected={(figures.exited[port] ?? 0) > 0}>
          <div className="step-port">
            {portLabel(node, port, t)}
            {figures.exited[port] ? ` · ${format.short(figures.exited[port])}` : ''}
          </div>
          <Handle type="source" position={Position.Right} id={port} isConnectable={false} />
        </div>
      ))}
    </div>
  );
});

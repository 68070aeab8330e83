import { Text, ThemeIcon, Tooltip } from '@mantine/core';
import { IconAlertTriangleFilled, IconNote } from '@tabler/icons-react';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { AddButton } from './AddButton';
import type { StepOnCanvas } from './graph/canvas';
import { optionalPorts, ports } from './graph/model';
import { describe, kindOf, titleOf } from './kinds';
import { portLabel } from './kinds/portLabel';
import { useWords } from './names';
import { useEditor } from './store';

/** A node's card: what it is, what it does, and a handle for each way out. */
export const StepNode = memo(function StepNode({ data: { node }, selected }: NodeProps<StepOnCanvas>) {
  const words = useWords();
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const kind = kindOf(node.type);
  const Icon = kind.icon;
  const problems = useEditor((editor) => editor.problems.filter((each) => each.node_id === node.id).length);
  const out = ports(node);
  const required = out.filter((port) => !optionalPorts(node).includes(port));
  const single = required.length === 1;
  return (
    <div className="step" data-selected={selected} data-problem={problems > 0} data-kind={node.type}>
      {node.type !== 'entry' && <Handle type="target" position={Position.Left} id="in" />}
      <div className="step-head">
        <ThemeIcon variant="light" color={kind.colour} size={34} radius="md">
          <Icon size={20} stroke={1.6} />
        </ThemeIcon>
        <div className="step-words">
          <Text size="sm" fw={600} lineClamp={2} lh={1.25}>
            {titleOf(node, t)}
          </Text>
          <Text size="xs" c="dimmed" lineClamp={2} lh={1.3}>
            {describe(node, words)}
          </Text>
        </div>
        {node.data.notes && (
          <Tooltip label={node.data.notes} multiline maw={280}>
            <IconNote size={16} aria-label={node.data.notes} role="img" />
          </Tooltip>
        )}
        {problems > 0 && (
          <IconAlertTriangleFilled
            size={18}
            className="step-problem"
            role="img"
            aria-label={t('builder:problems.count', { count: problems })}
          />
        )}
      </div>
      {single && required[0] && <Way port={required[0]} bare nodeId={node.id} />}
      {!single && (
        <div className="step-ports">
          {required.map((port) => (
            <Way key={port} port={port} nodeId={node.id} label={portLabel(node, port, t)} />
          ))}
        </div>
      )}
      {optionalPorts(node).map((port) => (
        <div className="step-ports" key={port} data-optional>
          <Way port={port} nodeId={node.id} label={portLabel(node, port, t)} />
        </div>
      ))}
    </div>
  );
});

/** A way out: its handle, its name, and a "+" while it leads nowhere. */
function Way({ nodeId, port, label, bare }: { nodeId: string; port: string; label?: string; bare?: boolean }) {
  const open = useEditor(
    ({ history, readOnly }) =>
      !readOnly && !history.present.edges.some((each) => each.source === nodeId && each.sourceHandle === port),
  );
  return (
    <div className={bare ? 'step-way-bare' : 'step-way'}>
      {label && (
        <Text size="xs" truncate>
          {label}
        </Text>
      )}
      <Handle type="source" position={Position.Right} id={port} />
      {open && (
        <div className="step-add nodrag nopan">
          <AddButton place={{ after: nodeId, port }} />
        </div>
      )}
    </div>
  );
}

import { IconAlertTriangleFilled, IconNote } from '@tabler/icons-react';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo, use } from 'react';
import { AddButton } from './AddButton';
import { CanvasWords } from './canvasWords';
import type { StepOnCanvas } from './graph/canvas';
import { optionalPorts, ports } from './graph/model';
import { describe, kindOf, titleOf } from './kinds';
import { portLabel } from './kinds/portLabel';
import { useEditor } from './store';

/**
 * A node's card: what it is, what it does, and a handle for each way out. Made of bare elements: hundreds of them are
 * drawn at once.
 */
export const StepNode = memo(function StepNode({ data: { node }, selected }: NodeProps<StepOnCanvas>) {
  const words = use(CanvasWords);
  const { t } = words;
  const { icon: Icon, colour } = kindOf(node.type);
  const problems = useEditor((editor) => editor.problems.filter((each) => each.node_id === node.id).length);
  const walked = useEditor((editor) => editor.walked.has(node.id));
  const optional = optionalPorts(node);
  const required = ports(node).filter((port) => !optional.includes(port));
  const single = required.length === 1;
  return (
    <div
      className="step"
      data-selected={selected}
      data-problem={problems > 0}
      data-walked={walked}
      data-kind={node.type}
    >
      {node.type !== 'entry' && <Handle type="target" position={Position.Left} id="in" />}
      <div className="step-head">
        <span
          className="step-icon"
          style={{
            background: `var(--mantine-color-${colour}-light)`,
            color: `var(--mantine-color-${colour}-light-color)`,
          }}
        >
          <Icon size={20} stroke={1.6} />
        </span>
        <div className="step-words">
          <div className="step-title">{titleOf(node, t)}</div>
          <div className="step-says">{describe(node, words)}</div>
        </div>
        {node.data.notes && (
          <span title={node.data.notes}>
            <IconNote size={16} aria-label={node.data.notes} role="img" />
          </span>
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
      {!single && required.length > 0 && (
        <div className="step-ports">
          {required.map((port) => (
            <Way key={port} port={port} nodeId={node.id} label={portLabel(node, port, t)} />
          ))}
        </div>
      )}
      {optional.map((port) => (
        <div className="step-ports" key={port} data-optional>
          <Way port={port} nodeId={node.id} label={portLabel(node, port, t)} />
        </div>
      ))}
    </div>
  );
});

/** A way out: its handle, its name, and a "+" while it leads nowhere. */
function Way({ nodeId, port, label, bare }: { nodeId: string; port: string; label?: string; bare?: boolean }) {
  const { t } = use(CanvasWords);
  const open = useEditor(
    ({ history, readOnly }) =>
      !readOnly && !history.present.edges.some((each) => each.source === nodeId && each.sourceHandle === port),
  );
  return (
    <div className={bare ? 'step-way-bare' : 'step-way'}>
      {label && <div className="step-port">{label}</div>}
      <Handle type="source" position={Position.Right} id={port} />
      {open && (
        <div className="step-add nodrag nopan">
          <AddButton place={{ after: nodeId, port }} label={t('builder:addHere')} />
        </div>
      )}
    </div>
  );
}

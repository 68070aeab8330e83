import { IconAlertCircle, IconMinus, IconNote } from '@tabler/icons-react';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo, use } from 'react';
import type { FlowNode } from '@/api/types';
import { AddButton } from './AddButton';
import { CanvasWords } from './canvasWords';
import type { StepOnCanvas } from './graph/canvas';
import { branchesOf, LONG } from './graph/collapse';
import { cardWidth, mainPorts } from './graph/direction';
import { optionalPorts } from './graph/model';
import { describe, kindOf, titleOf } from './kinds';
import { portLabel } from './kinds/portLabel';
import { useEditor, useEditorStore } from './store';

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
  const direction = useEditor((editor) => editor.direction);
  const required = mainPorts(node);
  const [only] = required;
  return (
    <div
      className="step"
      data-selected={selected}
      data-problem={problems > 0}
      data-walked={walked}
      data-kind={node.type}
      data-direction={direction}
      style={{ width: cardWidth(node, direction) }}
    >
      {node.type !== 'entry' && (
        <Handle type="target" position={direction === 'down' ? Position.Top : Position.Left} id="in" />
      )}
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
          <IconAlertCircle
            size={18}
            className="step-problem"
            role="img"
            aria-label={t('builder:problems.count', { count: problems })}
          />
        )}
      </div>
      {required.length === 1 && only && <Port port={only} bare node={node} />}
      {required.length > 1 && (
        <div className="step-ports">
          {required.map((port) => (
            <Port key={port} port={port} node={node} label={portLabel(node, port, t)} />
          ))}
        </div>
      )}
      {optionalPorts(node).map((port) => (
        <Port key={port} port={port} node={node} label={portLabel(node, port, t)} side />
      ))}
    </div>
  );
});

type PortProps = { node: FlowNode; port: string; label?: string; bare?: boolean; side?: boolean };

/** A way out: its handle, its name, and a "+" while it is not connected. */
function Port({ node, port, label, bare, side }: PortProps) {
  const words = use(CanvasWords);
  const { t } = words;
  const direction = useEditor((editor) => editor.direction);
  const edge = useEditor(
    ({ history }) =>
      history.present.edges.find((each) => each.source === node.id && each.sourceHandle === port)?.id ?? null,
  );
  const connected = edge !== null;
  const readOnly = useEditor((editor) => editor.readOnly);
  const name = titleOf(node, t);
  const place = { after: node.id, port };
  return (
    <div className={side ? 'step-side' : bare ? 'step-way-bare' : 'step-way'} data-connected={connected}>
      {label && <div className="step-port">{label}</div>}
      {label && edge !== null && <Branch edge={edge} name={label} />}
      <Handle type="source" position={side || direction === 'right' ? Position.Right : Position.Bottom} id={port} />
      {!connected && !readOnly && (
        <div className="step-add nodrag nopan">
          <AddButton
            place={place}
            label={label ? t('builder:addAfterPort', { name, port: label }) : t('builder:addAfter', { name })}
          />
        </div>
      )}
    </div>
  );
}

/** Puts a long branch away, or shows it again. */
function Branch({ edge, name }: { edge: string; name: string }) {
  const { t } = use(CanvasWords);
  const store = useEditorStore();
  const away = useEditor((editor) => editor.collapsed.has(edge));
  const count = useEditor(({ history }) => branchesOf(history.present).get(edge)?.size ?? 0);
  if (count === 0 || (!away && count < LONG)) return null;
  const words = t(away ? 'builder:branch.show' : 'builder:branch.hide', { count, name });
  return (
    <button
      type="button"
      className="step-branch nodrag nopan"
      data-away={away}
      aria-expanded={!away}
      aria-label={words}
      title={words}
      onClick={(event) => {
        event.stopPropagation();
        store.getState().collapse(edge, !away);
      }}
    >
      {away ? t('builder:branch.away', { count }) : <IconMinus size={14} aria-hidden />}
    </button>
  );
}

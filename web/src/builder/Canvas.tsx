import { useComputedColorScheme } from '@mantine/core';
import {
  applyNodeChanges,
  Background,
  Controls,
  type EdgeChange,
  MiniMap,
  type Node,
  type NodeChange,
  ReactFlow,
  type ReactFlowProps,
  SelectionMode,
  useReactFlow,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowEdge } from '@/api/types';
import { join } from './actions';
import './canvas.css';
import { CanvasWords, useCanvasWords } from './canvasWords';
import { type CanvasEdge, type CanvasNode, toEdges, toNodes } from './graph/canvas';
import { visible } from './graph/collapse';
import { moveNodes, moveToEdge } from './graph/edit';
import { refusal } from './graph/legal';
import { kindOf, titleOf } from './kinds';
import { NoteNode } from './NoteNode';
import { StepNode } from './StepNode';
import { type EditorStore, useEditor, useEditorStore, useFlow } from './store';
import { useCanvasLabels } from './useCanvasLabels';
import { useFollow } from './useFollow';
import { firstView } from './view';
import { Way } from './Way';
import { useWays } from './ways';

const NODE_TYPES = { step: StepNode, note: NoteNode };
const EDGE_TYPES = { way: Way };
const SEVERAL = ['Shift', 'Control', 'Meta'];
const FIT = { padding: 0.15, maxZoom: 1 };
/** From so many steps on, an overview says more than it hides. */
const MANY = 20;
const PRO = { hideAttribution: true };

/** The drawing. The flow in the store is the truth; React Flow's own state only lives while something is dragged. */
export function Canvas() {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const store = useEditorStore();
  const whole = useFlow();
  const collapsed = useEditor((editor) => editor.collapsed);
  const flow = useMemo(() => visible(whole, collapsed), [whole, collapsed]);
  const selected = useEditor((editor) => editor.selected);
  const readOnly = useEditor((editor) => editor.readOnly);
  const scheme = useComputedColorScheme('light');
  const { getInternalNode, setViewport } = useReactFlow();
  useFollow();
  const labels = useCanvasLabels();
  const direction = useEditor((editor) => editor.direction);
  const [nodes, setNodes] = useState<CanvasNode[]>(() => toNodes(flow, [], selected, direction));
  useEffect(() => setNodes((before) => toNodes(flow, before, selected, direction)), [flow, selected, direction]);
  const ways = useWays(flow, nodes, direction, getInternalNode);
  const drawn = useRef<CanvasEdge[]>([]);
  const names = useMemo(() => {
    const titles = new Map(flow.nodes.map((node) => [node.id, titleOf(node, t)]));
    const said = ({ source, target }: FlowEdge) =>
      t('builder:way', { from: titles.get(source) ?? '', to: titles.get(target) ?? '' });
    return new Map(flow.edges.map((edge) => [edge.id, said(edge)]));
  }, [flow, t]);
  drawn.current = toEdges(flow, drawn.current, selected, ways, names);
  const edges = drawn.current;

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      choose(store, changes);
      const kept = changes.filter((change) => change.type !== 'remove' && change.type !== 'select');
      if (kept.length === 0) return;
      setNodes((before) => applyNodeChanges(kept, before));
      const moved = kept.filter((change) => change.type === 'position' && change.position && !change.dragging);
      if (moved.length === 0) return;
      const places = new Map(moved.map((change) => [(change as { id: string }).id, positionIn(change)]));
      store.getState().edit((now) => moveNodes(now, places), 'move');
    },
    [store],
  );
  const onEdgesChange = useCallback((changes: EdgeChange<CanvasEdge>[]) => choose(store, changes), [store]);

  const words = useCanvasWords();
  const frame = useRef<HTMLDivElement>(null);
  const handlers = useMemo(() => handlersOf(store), [store]);
  return (
    <CanvasWords value={words}>
      <div className="builder-frame" ref={frame}>
        <ReactFlow<CanvasNode, CanvasEdge>
          aria-label={t('builder:canvas')}
          ariaLabelConfig={labels}
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          colorMode={scheme}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          {...handlers}
          onInit={() => void setViewport(firstView(flow, direction, frame.current))}
          nodesDraggable={!readOnly}
          nodesConnectable={!readOnly}
          deleteKeyCode={null}
          selectionMode={SelectionMode.Partial}
          multiSelectionKeyCode={SEVERAL}
          selectionKeyCode="Shift"
          onlyRenderVisibleElements={flow.nodes.length > 120}
          minZoom={0.1}
          maxZoom={1.75}
          proOptions={PRO}
        >
          <Background gap={20} />
          <Controls showInteractive={false} aria-label={t('builder:zoom')} fitViewOptions={FIT} />
          {flow.nodes.length >= MANY && (
            <MiniMap pannable zoomable ariaLabel={t('builder:miniMap')} nodeColor={colourOf} />
          )}
        </ReactFlow>
      </div>
    </CanvasWords>
  );
}

type Handlers = Pick<
  ReactFlowProps<CanvasNode, CanvasEdge>,
  'onNodeClick' | 'onEdgeClick' | 'onPaneClick' | 'onConnect' | 'onReconnect' | 'isValidConnection' | 'onNodeDragStop'
>;

/** Made once for a drawing: React Flow draws every card and way again when it is given other ones. */
function handlersOf(store: EditorStore): Handlers {
  const { select, edit } = store.getState();
  return {
    onNodeClick: (event, node) => {
      if (!event.shiftKey && !event.ctrlKey && !event.metaKey) select([node.id], node.type === 'step' ? 'node' : null);
    },
    onEdgeClick: (_, way) => select([way.id]),
    onPaneClick: () => select([], null),
    onConnect: ({ source, sourceHandle, target }) => join(store, source, sourceHandle ?? 'next', target),
    onReconnect: (old, { source, sourceHandle, target }) => {
      if (source === old.source && sourceHandle === old.sourceHandle) join(store, source, sourceHandle ?? '', target);
    },
    isValidConnection: ({ source, sourceHandle, target }) =>
      refusal(store.getState().history.present, source, sourceHandle ?? 'next', target) === null,
    onNodeDragStop: (event, node, dragged) => {
      const at = 'clientX' in event ? edgeUnder(event.clientX, event.clientY) : null;
      if (at && dragged.length === 1 && node.type === 'step') edit((now) => moveToEdge(now, node.id, at));
    },
  };
}

/** What a click, a box or a key of React Flow's chose becomes the editor's selection. */
function choose(store: EditorStore, changes: (NodeChange<CanvasNode> | EdgeChange<CanvasEdge>)[]): void {
  const { selected, select } = store.getState();
  const next = new Set(selected);
  for (const change of changes) {
    if (change.type !== 'select') continue;
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  if (next.size !== selected.size || [...next].some((id) => !selected.has(id))) select(next);
}

function colourOf(node: Node): string {
  const { data } = node as CanvasNode;
  return `var(--mantine-color-${'node' in data ? `${kindOf(data.node.type).colour}-5` : `${data.note.colour}-2`})`;
}

function positionIn(change: NodeChange<CanvasNode>) {
  return (change.type === 'position' && change.position) || { x: 0, y: 0 };
}

/** The edge at a point of the screen, if a node does not hide more than its middle. */
function edgeUnder(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const way = element.closest<HTMLElement>('.react-flow__edge');
    if (way?.dataset.id) return way.dataset.id;
  }
  return null;
}

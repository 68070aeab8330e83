import type { FlowNode, FlowSettings } from '@/api/types';
import { copy, type Fragment, paste, readFragment } from './graph/clipboard';
import {
  addNode,
  connect,
  freePlace,
  insertAfter,
  insertOnEdge,
  makeRoom,
  moveNodes,
  type Point,
  placeAfter,
  removeEdges,
  removeNodes,
} from './graph/edit';
import { type Sizes, tidy } from './graph/layout';
import { mayAdd, refusal } from './graph/legal';
import { edgeFrom, mainPort, newId, nodeById } from './graph/model';
import { addNote, notesAlong, removeNotes } from './graph/notes';
import { newNode } from './kinds';
import type { KindText } from './kinds/kind';
import type { Planned } from './plan';
import type { EditorStore } from './store';

/** Where a new node goes: into an edge, behind a port, or to a free place. */
export type Place = { edge: string } | { after: string; port: string } | { at: Point };

/** Adds steps, each behind the one before, as one edit; the first is selected and its form opened. Returns their ids. */
export function addAll(store: EditorStore, steps: Planned[], place: Place, t: KindText): string[] {
  const added: FlowNode[] = [];
  let next: Place | null = place;
  for (const step of steps) {
    if (next === null || !mayAdd(store.getState().history.present, step.type)) break;
    const node = lasting(newNode(step.type, positionFor(store, next), t), step.lasts);
    insert(store, node, next, `add:${added[0]?.id ?? node.id}`);
    added.push(node);
    const port = mainPort(node);
    next = port === null ? null : { after: node.id, port };
  }
  if (added[0]) store.getState().select([added[0].id], 'node');
  return added.map(({ id }) => id);
}

function insert(store: EditorStore, node: FlowNode, place: Place, key: string): void {
  const { edit, direction } = store.getState();
  if ('edge' in place) edit((now) => makeRoom(insertOnEdge(now, place.edge, node), node.id, direction), key);
  else if ('after' in place)
    edit((now) => makeRoom(insertAfter(now, place.after, place.port, node), node.id, direction), key);
  else edit((now) => addNode(now, node), key);
}

function lasting(node: FlowNode, lasts: Planned['lasts']): FlowNode {
  if (!lasts) return node;
  if (node.type === 'wait') return { ...node, data: { ...node.data, until: { kind: 'duration', duration: lasts } } };
  return node.type === 'wait_event' ? { ...node, data: { ...node.data, timeout: lasts } } : node;
}

function positionFor(store: EditorStore, place: Place): Point {
  const { history, direction } = store.getState();
  const flow = history.present;
  if ('at' in place) return place.at;
  if ('after' in place) return placeAfter(flow, place.after, place.port, direction);
  const cut = flow.edges.find((each) => each.id === place.edge);
  const to = nodeById(flow, cut?.target ?? '')?.position;
  if (!cut || !to) return freePlace(flow, { x: 0, y: 0 }, direction);
  // where the next step stood, which moves on; or, far from it, just behind the one before
  const behind = placeAfter(
    { ...flow, nodes: flow.nodes.filter((each) => each.id === cut.source) },
    cut.source,
    cut.sourceHandle,
    direction,
  );
  return direction === 'down' ? { x: to.x, y: Math.min(behind.y, to.y) } : { x: Math.min(behind.x, to.x), y: to.y };
}

/** Where "add" without a place means: into the one selected way; behind the one selected node's main port. */
export function defaultPlace(store: EditorStore): Place {
  const { history, selected } = store.getState();
  const flow = history.present;
  const [only] = selected;
  if (selected.size === 1 && flow.edges.some((each) => each.id === only)) return { edge: only ?? '' };
  const node = selected.size === 1 && only ? nodeById(flow, only) : undefined;
  const port = node ? mainPort(node) : null;
  if (node && port) return { after: node.id, port };
  const last = flow.nodes.findLast((each) => {
    const open = mainPort(each);
    return open !== null && !edgeFrom(flow, each.id, open);
  });
  if (last) return { after: last.id, port: mainPort(last) ?? 'next' };
  return { at: freePlace(flow, { x: 0, y: 0 }, store.getState().direction) };
}

/** Sticks an empty note onto the drawing and selects it. */
export function stick(store: EditorStore, at: Point): void {
  const id = newId('note');
  const { edit, select } = store.getState();
  edit((flow) =>
    addNote(flow, { id, position: { x: Math.round(at.x), y: Math.round(at.y) }, text: '', colour: 'yellow' }),
  );
  select([id], null);
}

export function join(store: EditorStore, source: string, port: string, target: string): void {
  const { history, edit } = store.getState();
  if (refusal(history.present, source, port, target) === null) edit((flow) => connect(flow, source, port, target));
}

/** Changes what holds for the whole campaign. Changes of one setting in a row are undone together. */
export function changeSettings(store: EditorStore, part: Partial<FlowSettings>): void {
  store
    .getState()
    .edit(
      (flow) => ({ ...flow, settings: { ...(flow.settings as FlowSettings), ...part } }),
      `settings:${Object.keys(part).join()}`,
    );
}

export function removeSelected(store: EditorStore): void {
  const { selected, edit, select } = store.getState();
  edit((flow) => {
    // Ways to and from steps that go are mended with them, not cut.
    const edges = flow.edges
      .filter((each) => selected.has(each.id) && !selected.has(each.source) && !selected.has(each.target))
      .map((each) => each.id);
    const nodes = flow.nodes.filter((each) => selected.has(each.id)).map((each) => each.id);
    const left = removeNodes(edges.length > 0 ? removeEdges(flow, edges) : flow, nodes);
    return removeNotes(left, selected);
  });
  select([], null);
}

/** The selected steps and notes as text for the clipboard; null when there are none. */
export function copySelected(store: EditorStore): string | null {
  const { history, selected } = store.getState();
  const fragment = copy(history.present, selected);
  return fragment.nodes.length + fragment.notes.length > 0 ? JSON.stringify(fragment) : null;
}

/** Puts copied steps in; false when the text holds none. */
export function pasteCopied(store: EditorStore, text: string): boolean {
  const fragment = readFragment(text);
  if (fragment) put(store, fragment);
  return fragment !== null;
}

export function duplicateSelected(store: EditorStore): void {
  const { history, selected } = store.getState();
  put(store, copy(history.present, selected));
}

function put(store: EditorStore, fragment: Fragment): void {
  if (fragment.nodes.length + fragment.notes.length === 0) return;
  const { history, edit, select } = store.getState();
  const [flow, ids] = paste(history.present, fragment, { x: 40, y: 110 });
  edit(() => flow);
  select(ids);
}

export async function tidyUp(store: EditorStore, sizes: Sizes): Promise<void> {
  const flow = store.getState().history.present;
  const places = await tidy(flow, sizes, store.getState().direction);
  store.getState().edit((now) => moveNodes(now, new Map([...places, ...notesAlong(now, places)])));
}

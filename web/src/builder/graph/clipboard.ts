import type { Flow, FlowNode, Note } from '@/api/types';
import type { Point } from './edit';
import { edge, type NewId, newId } from './model';

export type Fragment = { format: 'campaign-flow'; nodes: FlowNode[]; edges: Flow['edges']; notes: Note[] };

/** The nodes and notes of those ids, and the edges between them. Entries stay behind: a flow has one. */
export function copy(flow: Flow, ids: Iterable<string>): Fragment {
  const wanted = new Set(ids);
  const nodes = flow.nodes.filter((node) => wanted.has(node.id) && node.type !== 'entry');
  const taken = new Set(nodes.map((node) => node.id));
  const edges = flow.edges.filter((each) => taken.has(each.source) && taken.has(each.target));
  const notes = flow.notes.filter((note) => wanted.has(note.id));
  return { format: 'campaign-flow', nodes, edges, notes };
}

/** Adds a fragment under new ids, which the references within it follow; returns the ids too. */
export function paste(flow: Flow, fragment: Fragment, by: Point, makeId: NewId = newId): [Flow, string[]] {
  const ids = new Map(fragment.nodes.map((node) => [node.id, makeId(node.type)]));
  const nodes = fragment.nodes.map((node) => {
    const renamed = renameReferences(node, ids) as FlowNode;
    return { ...renamed, id: ids.get(node.id) ?? node.id, position: moved(node.position, by) };
  });
  const edges = fragment.edges.map((each) =>
    edge(ids.get(each.source) ?? each.source, each.sourceHandle, ids.get(each.target) ?? each.target),
  );
  const notes = fragment.notes.map((note) => ({ ...note, id: makeId('note'), position: moved(note.position, by) }));
  return [
    {
      ...flow,
      nodes: [...flow.nodes, ...nodes],
      edges: [...flow.edges, ...edges],
      notes: [...flow.notes, ...notes],
    },
    [...ids.values(), ...notes.map((note) => note.id)],
  ];
}

const moved = (at: Point | undefined, by: Point): Point => ({ x: (at?.x ?? 0) + by.x, y: (at?.y ?? 0) + by.y });

const REFERENCES = new Set(['node_id', 'since_node']);

function renameReferences(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renameReferences(item, ids));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) =>
      REFERENCES.has(name) && typeof item === 'string'
        ? [name, ids.get(item) ?? item]
        : [name, renameReferences(item, ids)],
    ),
  );
}

/** The fragment in a text from the system's clipboard; null when it holds something else. */
export function readFragment(text: string): Fragment | null {
  try {
    const value = JSON.parse(text) as Partial<Fragment>;
    return value.format === 'campaign-flow' && Array.isArray(value.nodes) && Array.isArray(value.edges)
      ? ({ notes: [], ...value } as Fragment)
      : null;
  } catch {
    return null;
  }
}

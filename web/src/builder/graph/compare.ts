import type { Flow, FlowEdge, FlowNode } from '@/api/types';
import { type Change, difference } from './diff';
import { equal } from './equal';

export type ComparedNode = { node: FlowNode; what: Change['what'] | 'same'; was: FlowNode | null };
export type ComparedEdge = { edge: FlowEdge; what: 'added' | 'removed' | 'same' };

/** Two drawings in one: all that `after` has, and what it lost, at its old place. */
export function compared(before: Flow, after: Flow): { nodes: ComparedNode[]; edges: ComparedEdge[] } {
  const changes = new Map(difference(before, after).nodes.map(({ node, what }) => [node.id, what]));
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const lost = before.nodes.filter((node) => changes.get(node.id) === 'removed');
  return {
    nodes: [...after.nodes, ...lost].map((node) => ({
      node,
      what: changes.get(node.id) ?? 'same',
      was: old.get(node.id) ?? null,
    })),
    edges: [
      ...after.edges.map((edge) => ({ edge, what: has(before, edge) ? ('same' as const) : ('added' as const) })),
      ...before.edges.filter((edge) => !has(after, edge)).map((edge) => ({ edge, what: 'removed' as const })),
    ],
  };
}

const has = (flow: Flow, edge: FlowEdge) =>
  flow.edges.some(
    (each) => each.source === edge.source && each.sourceHandle === edge.sourceHandle && each.target === edge.target,
  );

/** One thing that was said otherwise. `path` are member names and labels; both texts are null where words can't say it. */
export type FieldChange = { path: string[]; before: string | null; after: string | null };

/** Trees that are not told member by member. */
const WHOLE = new Set(['condition', 'customer']);

/** What is said otherwise in `after`, member by member; parts that have an id are told apart by it. */
export function fieldChanges(before: unknown, after: unknown, path: string[] = []): FieldChange[] {
  if (equal(before, after)) return [];
  if (path.length > 0 && WHOLE.has(path.at(-1) ?? '')) return [{ path, before: null, after: null }];
  const [old, now] = [members(before), members(after)];
  if (!old || !now) return [{ path, before: text(before), after: text(after) }];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.flatMap((name) => fieldChanges(old.get(name) ?? null, now.get(name) ?? null, [...path, name]));
}

/** The members of an object, or of a list whose items have ids; null for what is one value. */
function members(value: unknown): Map<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  if (value.length === 0 || !value.every((item) => typeof item === 'object' && item !== null && 'id' in item))
    return null;
  return new Map(value.map((item: { id: string; label?: string }) => [item.label || item.id, item]));
}

function text(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return '';
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object') ? value.join(', ') : null;
  return typeof value === 'object' ? null : String(value);
}

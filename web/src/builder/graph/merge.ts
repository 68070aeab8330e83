import type { Flow } from '@/api/types';
import { equal } from './equal';

export type Merged = { flow: Flow; conflicts: string[] };

/**
 * Two people's edits of one draft, put together. What only one of them changed is taken from that one; what both changed
 * differently is a conflict, named by node, edge, note or setting, in which `mine` is kept.
 */
export function merge(base: Flow, mine: Flow, theirs: Flow): Merged {
  const conflicts: string[] = [];
  const nodes = mergeById(base.nodes, mine.nodes, theirs.nodes, conflicts);
  const alive = new Set(nodes.map((node) => node.id));
  const edges = mergeById(base.edges, mine.edges, theirs.edges, conflicts).filter(
    (each) => alive.has(each.source) && alive.has(each.target),
  );
  const notes = mergeById(base.notes, mine.notes, theirs.notes, conflicts);
  const settings = mergeSettings(base, mine, theirs, conflicts);
  return { flow: { ...mine, nodes, edges, notes, settings }, conflicts };
}

function mergeById<T extends { id: string }>(base: T[], mine: T[], theirs: T[], conflicts: string[]): T[] {
  const was = new Map(base.map((item) => [item.id, item]));
  const other = new Map(theirs.map((item) => [item.id, item]));
  const own = new Map(mine.map((item) => [item.id, item]));
  const ids = [...new Set([...own.keys(), ...other.keys()])];
  return ids
    .map((id) => choose(was.get(id), own.get(id), other.get(id), () => conflicts.push(id)))
    .filter((item) => item !== undefined);
}

function choose<T>(base: T, mine: T, theirs: T, conflict: () => void): T {
  if (equal(mine, theirs) || equal(theirs, base)) return mine;
  if (!equal(mine, base)) conflict();
  else return theirs;
  return mine;
}

function mergeSettings(base: Flow, mine: Flow, theirs: Flow, conflicts: string[]): Flow['settings'] {
  const [was, own, other] = [base, mine, theirs].map((flow) => (flow.settings ?? {}) as Record<string, unknown>);
  const names = [...new Set([...Object.keys(own ?? {}), ...Object.keys(other ?? {})])];
  return Object.fromEntries(
    names.map((name) => [name, choose(was?.[name], own?.[name], other?.[name], () => conflicts.push(name))]),
  ) as Flow['settings'];
}

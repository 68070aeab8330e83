import type { Flow, FlowNode } from '@/api/types';
import { equal } from './equal';

export type Change = { what: 'added' | 'removed' | 'changed' | 'rewired'; node: FlowNode };
export type Difference = { nodes: Change[]; settings: string[]; moved: boolean };

/** What is different in `after`. Positions and notes are drawing, not meaning: they only show in `moved`. */
export function difference(before: Flow, after: Flow): Difference {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const kept = new Set(after.nodes.map((node) => node.id));
  const nodes: Change[] = [];
  let moved = !equal(before.notes, after.notes);
  for (const node of after.nodes) {
    const was = old.get(node.id);
    if (!was) nodes.push({ what: 'added', node });
    else if (was.type !== node.type || !equal(was.data, node.data)) nodes.push({ what: 'changed', node });
    else if (!equal(wiring(before, node.id), wiring(after, node.id))) nodes.push({ what: 'rewired', node });
    moved ||= was !== undefined && !equal(was.position, node.position);
  }
  for (const node of before.nodes) if (!kept.has(node.id)) nodes.push({ what: 'removed', node });
  return { nodes, settings: changedSettings(before, after), moved };
}

export function same(before: Flow, after: Flow): boolean {
  const found = difference(before, after);
  return found.nodes.length === 0 && found.settings.length === 0;
}

function wiring(flow: Flow, id: string): Record<string, string> {
  return Object.fromEntries(
    flow.edges.filter((each) => each.source === id).map((each) => [each.sourceHandle, each.target]),
  );
}

function changedSettings(before: Flow, after: Flow): string[] {
  const old = (before.settings ?? {}) as Record<string, unknown>;
  const now = (after.settings ?? {}) as Record<string, unknown>;
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !equal(old[name], now[name])).sort();
}

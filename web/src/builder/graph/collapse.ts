import type { Flow } from '@/api/types';
import { mainPorts } from './direction';

/** Steps behind each way out of a step with several: those that can be reached by that way alone. Edge's id -> node ids. */
export type Branches = ReadonlyMap<string, ReadonlySet<string>>;

/** A branch of fewer steps is not worth putting away. */
export const LONG = 3;

const kept = new WeakMap<Flow, Branches>();

/** The branches of a flow; worked out once for each flow. */
export function branchesOf(flow: Flow): Branches {
  const known = kept.get(flow);
  if (known) return known;
  const found = new Map<string, ReadonlySet<string>>();
  const out = outgoing(flow);
  const all = reached(flow, out, null);
  for (const node of flow.nodes) {
    if (mainPorts(node).length < 2) continue;
    for (const { id } of out.get(node.id) ?? []) {
      const without = reached(flow, out, new Set([id]));
      found.set(id, new Set([...all].filter((node) => !without.has(node))));
    }
  }
  kept.set(flow, found);
  return found;
}

/** What is put away while these branches are collapsed: steps that every way to leads through one of them. */
export function hiddenBy(flow: Flow, collapsed: ReadonlySet<string>): ReadonlySet<string> {
  if (collapsed.size === 0) return NOTHING;
  const out = outgoing(flow);
  const seen = reached(flow, out, collapsed);
  return new Set([...reached(flow, out, null)].filter((node) => !seen.has(node)));
}

/** The collapsed branches that remain when these steps have to be seen. */
export function opened(flow: Flow, collapsed: ReadonlySet<string>, ids: ReadonlySet<string>): ReadonlySet<string> {
  const hidden = hiddenBy(flow, collapsed);
  const wanted = [...ids].filter((id) => hidden.has(id));
  if (wanted.length === 0) return collapsed;
  const branches = branchesOf(flow);
  const left = [...collapsed].filter((edge) => !wanted.some((id) => branches.get(edge)?.has(id)));
  // steps that several branches lead to are hidden by none of them alone
  return wanted.some((id) => hiddenBy(flow, new Set(left)).has(id)) ? NOTHING : new Set(left);
}

const NOTHING: ReadonlySet<string> = new Set();

type Way = { id: string; target: string };

function outgoing(flow: Flow): Map<string, Way[]> {
  const found = new Map<string, Way[]>();
  for (const { id, source, target } of flow.edges) found.set(source, [...(found.get(source) ?? []), { id, target }]);
  return found;
}

/** Steps that can be come to from the entry, or from a step that nothing leads to, without some ways. */
function reached(flow: Flow, out: ReadonlyMap<string, Way[]>, without: ReadonlySet<string> | null): Set<string> {
  const targets = new Set(flow.edges.map(({ target }) => target));
  const open = flow.nodes.filter(({ id, type }) => type === 'entry' || !targets.has(id)).map(({ id }) => id);
  const seen = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const way of out.get(id) ?? []) {
      if (without?.has(way.id) || seen.has(way.target)) continue;
      seen.add(way.target);
      open.push(way.target);
    }
  }
  return seen;
}

/** A flow without what is put away; the flow itself where nothing is. */
export function visible(flow: Flow, collapsed: ReadonlySet<string>): Flow {
  const hidden = hiddenBy(flow, collapsed);
  if (hidden.size === 0) return flow;
  return {
    ...flow,
    nodes: flow.nodes.filter(({ id }) => !hidden.has(id)),
    edges: flow.edges.filter(
      ({ id, source, target }) => !hidden.has(source) && !hidden.has(target) && !collapsed.has(id),
    ),
  };
}

const KEPT = 'builder-collapsed:';

/** The branches that the reader put away in a campaign, kept in this browser. */
export function keptCollapsed(slug: string): ReadonlySet<string> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT + slug) ?? '[]');
    return new Set(Array.isArray(found) ? found.filter((each) => typeof each === 'string') : []);
  } catch {
    return NOTHING;
  }
}

export function keepCollapsed(slug: string, collapsed: ReadonlySet<string>): void {
  try {
    if (collapsed.size === 0) localStorage.removeItem(KEPT + slug);
    else localStorage.setItem(KEPT + slug, JSON.stringify([...collapsed]));
  } catch {
    // a browser that keeps nothing: the choice lasts as long as the page
  }
}

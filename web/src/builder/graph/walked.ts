import type { Flow } from '@/api/types';

/** A step of a rehearsal: where the customer was, and by which port they left; null where they stayed. */
type Step = { node_id: string; port: string | null };

/** Ids of the nodes and edges that a rehearsed walk went over, from the entry on. */
export function walkedPath(flow: Flow, steps: readonly Step[]): ReadonlySet<string> {
  const entry = flow.nodes.find((each) => each.type === 'entry');
  const left = new Map(steps.map((step) => [step.node_id, new Set<string>()]));
  for (const { node_id, port } of steps) if (port !== null) left.get(node_id)?.add(port);
  if (entry && !left.has(entry.id) && steps.length > 0) left.set(entry.id, new Set(['next']));
  const ways = flow.edges.filter((each) => left.get(each.source)?.has(each.sourceHandle));
  return new Set([...left.keys(), ...ways.map((each) => each.id)]);
}

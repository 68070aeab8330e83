import type { Flow } from '@/api/types';
import { nodeById, ports } from './model';

export type Refusal = 'itself' | 'entry' | 'unknown';

/** Why a port can't lead to a node; null when it can. Cycles are allowed: publishing asks that they hold a wait. */
export function refusal(flow: Flow, source: string, port: string, target: string): Refusal | null {
  const from = nodeById(flow, source);
  const to = nodeById(flow, target);
  if (!from || !to || !ports(from).includes(port)) return 'unknown';
  if (source === target) return 'itself';
  return to.type === 'entry' ? 'entry' : null;
}

/** Whether another entry may be added: a flow has one. */
export function mayAdd(flow: Flow, kind: string): boolean {
  return kind !== 'entry' || !flow.nodes.some((node) => node.type === 'entry');
}

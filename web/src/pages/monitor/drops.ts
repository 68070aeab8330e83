import type { Flow, FlowNode } from '@/api/types';
import { funnel, type MessageFigures, type Monitor, sum } from './figures';

/** Customers who left a campaign before an end of it, at one step. */
export type Drop = { node: FlowNode; came: number; lost: number; why: string };

/** Who left for that reason got what the campaign wants of them. */
const WON = 'goal';

/** How many left at a step that is no end, other than by the goal; reasons with counts, the largest first. */
function losses(node: FlowNode, ended: Record<string, number>): [string, number][] {
  if (node.type === 'end') return [];
  return Object.entries(ended)
    .filter(([reason]) => reason !== WON)
    .sort(([, a], [, b]) => b - a);
}

export const lostAt = (node: FlowNode, ended: Record<string, number>) =>
  losses(node, ended).reduce((all, [, count]) => all + count, 0);

/** Where most customers are lost; null where nobody is. */
export function worstDrop(flow: Flow, monitor: Monitor): Drop | null {
  let worst: Drop | null = null;
  for (const { node, figures } of funnel(flow, monitor)) {
    const lost = lostAt(node, figures.ended);
    const why = losses(node, figures.ended)[0]?.[0] ?? '';
    if (lost > (worst?.lost ?? 0)) worst = { node, came: figures.entered, lost, why };
  }
  return worst;
}

/** Where most messages are kept back; null where none is. */
export function worstSkipped(monitor: Monitor): { node: string; attempted: number; lost: number; why: string } | null {
  let worst: ReturnType<typeof worstSkipped> = null;
  for (const each of monitor.messages) {
    const lost = sum(each.skipped);
    const why = Object.entries(each.skipped).sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
    if (lost > (worst?.lost ?? 0)) worst = { node: each.node_id, attempted: each.attempted, lost, why };
  }
  return worst;
}

const STAGES = ['attempted', 'sent', 'delivered', 'opened', 'clicked'] as const;
export type Stage = (typeof STAGES)[number];

/** Between which two stages most messages are lost, of those stages that the channel tells of at all. */
export function messageDrop(
  row: Pick<MessageFigures, Stage>,
  isTold: (stage: Stage) => boolean,
): { to: Stage; lost: number; of: number } | null {
  const told = STAGES.filter(isTold);
  let worst: ReturnType<typeof messageDrop> = null;
  for (const [index, to] of told.entries()) {
    const from = told[index - 1];
    if (!from) continue;
    const lost = row[from] - row[to];
    if (lost > (worst?.lost ?? 0)) worst = { to, lost, of: row[from] };
  }
  return worst;
}

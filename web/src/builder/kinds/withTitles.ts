import type { FlowNode } from '@/api/types';
import { titleOf } from '.';
import type { KindText } from './kind';

/** The API calls a step by its id, in quotes; people know it by its title. */
export function withTitles(text: string, nodes: FlowNode[], t: KindText): string {
  return nodes.reduce(
    (said, node) => said.replaceAll(new RegExp(`["']${node.id}["']`, 'g'), () => `“${titleOf(node, t)}”`),
    text,
  );
}

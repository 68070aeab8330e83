import type { Channel, FlowNode } from '@/api/types';
import type { KindText } from './kind';
import { shares } from './shares';

/** What a way out of a node is called. */
export function portLabel(node: FlowNode, port: string, t: KindText): string {
  if (port === 'next' || port === 'not_sent' || port === 'failed') return t(`kinds:ports.${port}`);
  switch (node.type) {
    case 'check':
    case 'wait_event':
      if (port === 'else' || port === 'timeout') return t(`kinds:ports.${port}`);
      return node.data.branches.find((branch) => branch.id === port)?.label || port;
    case 'survey':
      if (port === 'timeout') return t('kinds:ports.unanswered');
      return node.data.answers.find((answer) => answer.id === port)?.label || port;
    case 'channel_split':
      return port === 'none' ? t('kinds:ports.none') : t(`app:channel.${port as Channel}`);
    case 'random_split': {
      const index = node.data.arms.findIndex((arm) => arm.id === port);
      return `${node.data.arms[index]?.label || port} · ${shares(node.data.arms)[index] ?? 0} %`;
    }
    default:
      return port;
  }
}

import type { DataOf, NodeKind } from '@/api/types';
import { UNNAMED, type Words } from './kind';

export type SendKind = Extract<NodeKind, `send_${string}`>;

/** A send without content yet: publishing asks for it. */
export const EMPTY_SEND = {
  ...UNNAMED,
  template_id: null,
  category: null,
  topic: null,
  over_limit: null,
  retry_on_unknown: false,
  content: null,
};

export function describeSend(
  data: DataOf<SendKind>,
  { t, template }: Words,
  own: (content: NonNullable<DataOf<SendKind>['content']>) => string,
): string {
  if (data.content) return own(data.content);
  if (!data.template_id) return t('kinds:describe.noContent');
  const name = template(data.template_id);
  return name === undefined ? '' : (name ?? t('kinds:describe.missing'));
}

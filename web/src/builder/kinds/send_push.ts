import { IconBell } from '@tabler/icons-react';
import type { Kind } from './kind';
import { describeSend, EMPTY_SEND } from './sends';

export const sendPush: Kind<'send_push'> = {
  type: 'send_push',
  group: 'message',
  icon: IconBell,
  colour: 'violet',
  create: () => EMPTY_SEND,
  describe: (data, words) =>
    describeSend(data, words, () => [data.content?.title, data.content?.body].filter(Boolean).join(' · ')),
};

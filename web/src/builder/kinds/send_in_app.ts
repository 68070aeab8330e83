import { IconCards } from '@tabler/icons-react';
import type { Kind } from './kind';
import { describeSend, EMPTY_SEND } from './sends';

export const sendInApp: Kind<'send_in_app'> = {
  type: 'send_in_app',
  group: 'message',
  icon: IconCards,
  colour: 'indigo',
  create: () => EMPTY_SEND,
  describe: (data, words) =>
    describeSend(data, words, () => [data.content?.title, data.content?.body].filter(Boolean).join(' · ')),
};

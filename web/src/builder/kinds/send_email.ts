import { IconMail } from '@tabler/icons-react';
import type { Kind } from './kind';
import { describeSend, EMPTY_SEND } from './sends';

export const sendEmail: Kind<'send_email'> = {
  type: 'send_email',
  group: 'message',
  icon: IconMail,
  colour: 'blue',
  create: () => EMPTY_SEND,
  describe: (data, words) => describeSend(data, words, () => data.content?.subject ?? ''),
};

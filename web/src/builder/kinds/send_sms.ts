import { IconMessage2 } from '@tabler/icons-react';
import type { Kind } from './kind';
import { describeSend, EMPTY_SEND } from './sends';

export const sendSms: Kind<'send_sms'> = {
  type: 'send_sms',
  group: 'message',
  icon: IconMessage2,
  colour: 'cyan',
  create: () => EMPTY_SEND,
  describe: (data, words) => describeSend(data, words, () => data.content?.body ?? ''),
};

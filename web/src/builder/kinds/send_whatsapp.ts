import { IconBrandWhatsapp } from '@tabler/icons-react';
import type { Kind } from './kind';
import { describeSend, EMPTY_SEND } from './sends';

export const sendWhatsApp: Kind<'send_whatsapp'> = {
  type: 'send_whatsapp',
  group: 'message',
  icon: IconBrandWhatsapp,
  colour: 'green',
  create: () => EMPTY_SEND,
  describe: (data, words) =>
    describeSend(data, words, () => data.content?.body ?? Object.values(data.content?.variables ?? {}).join(' · ')),
};

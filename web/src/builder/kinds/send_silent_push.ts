import { IconBellOff } from '@tabler/icons-react';
import type { Kind } from './kind';
import { describeSend, EMPTY_SEND } from './sends';

export const sendSilentPush: Kind<'send_silent_push'> = {
  type: 'send_silent_push',
  group: 'message',
  icon: IconBellOff,
  colour: 'grape',
  create: () => EMPTY_SEND,
  describe: (data, words) =>
    describeSend(data, words, () =>
      words.t('kinds:describe.data', { count: Object.keys(data.content?.data ?? {}).length }),
    ),
};

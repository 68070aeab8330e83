import { IconRoute } from '@tabler/icons-react';
import { type Kind, UNNAMED } from './kind';

export const channelSplit: Kind<'channel_split'> = {
  type: 'channel_split',
  group: 'decide',
  icon: IconRoute,
  colour: 'yellow',
  create: () => ({ ...UNNAMED, channels: ['push', 'email', 'sms'], last_resort_channels: ['sms'] }),
  describe: ({ channels }, { t }) => channels.map((channel) => t(`app:channel.${channel}`)).join(', '),
};

import { IconWebhook } from '@tabler/icons-react';
import { type Kind, UNNAMED } from './kind';

export const httpCall: Kind<'http_call'> = {
  type: 'http_call',
  group: 'data',
  icon: IconWebhook,
  colour: 'gray',
  create: () => ({ ...UNNAMED, method: 'POST', url: 'https://', headers: {}, body: null, timeout_seconds: 10 }),
  describe: ({ method, url }, { t }) =>
    t('kinds:describe.call', { method, host: url.replace(/^https?:\/\//, '').split('/')[0] }),
};

import { IconFlag } from '@tabler/icons-react';
import { type Kind, UNNAMED } from './kind';

export const end: Kind<'end'> = {
  type: 'end',
  group: 'end',
  icon: IconFlag,
  colour: 'gray',
  create: () => ({ ...UNNAMED, reason: 'completed' }),
  describe: ({ reason }, { t }) => t('kinds:describe.ends', { reason }),
};

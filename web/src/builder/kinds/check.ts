import { IconArrowsSplit2 } from '@tabler/icons-react';
import { asks } from './asks';
import { type Kind, UNNAMED } from './kind';

export const check: Kind<'check'> = {
  type: 'check',
  group: 'decide',
  icon: IconArrowsSplit2,
  colour: 'yellow',
  create: (t) => ({
    ...UNNAMED,
    branches: [
      {
        id: 'opened',
        label: t('kinds:defaults.opened'),
        condition: {
          kind: 'engagement',
          action: 'opened',
          channel: null,
          campaign_id: null,
          node_id: null,
          this_journey: true,
          window: null,
          machine: false,
        },
      },
    ],
  }),
  describe: ({ branches }, words) => branches.map((branch) => asks(branch.condition, words)).join(' / '),
};

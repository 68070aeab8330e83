import { IconEar } from '@tabler/icons-react';
import { type Kind, UNNAMED } from './kind';
import { sayDuration } from './say';

export const waitEvent: Kind<'wait_event'> = {
  type: 'wait_event',
  group: 'time',
  icon: IconEar,
  colour: 'orange',
  create: (t) => ({
    ...UNNAMED,
    branches: [
      {
        id: 'bought',
        label: t('kinds:defaults.bought'),
        on: { event: 'Order Completed', where: [] },
        match_entry_key: false,
      },
    ],
    timeout: { weeks: 0, days: 3, hours: 0, minutes: 0, seconds: 0 },
    since_node: null,
  }),
  describe: ({ branches, timeout }, { t }) =>
    t('kinds:describe.events', {
      events: branches.map((branch) => branch.on.event).join(', '),
      duration: sayDuration(timeout, t),
    }),
};

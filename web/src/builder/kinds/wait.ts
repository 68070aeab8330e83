import { IconHourglass } from '@tabler/icons-react';
import { type Kind, UNNAMED } from './kind';
import { sayUntil } from './say';

export const wait: Kind<'wait'> = {
  type: 'wait',
  group: 'time',
  icon: IconHourglass,
  colour: 'orange',
  create: () => ({
    ...UNNAMED,
    until: { kind: 'duration', duration: { weeks: 0, days: 2, hours: 0, minutes: 0, seconds: 0 } },
  }),
  describe: ({ until }, words) => sayUntil(until, words),
};

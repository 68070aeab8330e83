import { IconFlask } from '@tabler/icons-react';
import { type Kind, UNNAMED } from './kind';
import { shares } from './shares';

export const randomSplit: Kind<'random_split'> = {
  type: 'random_split',
  group: 'decide',
  icon: IconFlask,
  colour: 'yellow',
  create: (t) => ({
    ...UNNAMED,
    arms: [
      { id: 'a', label: t('kinds:defaults.armA'), weight: 50, holdout: false },
      { id: 'b', label: t('kinds:defaults.armB'), weight: 50, holdout: false },
    ],
  }),
  describe: ({ arms }) =>
    shares(arms)
      .map((share) => `${share} %`)
      .join(' / '),
};

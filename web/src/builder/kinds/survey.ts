import { IconMessageStar } from '@tabler/icons-react';
import { type Kind, UNNAMED } from './kind';
import { sayDuration } from './say';

export const survey: Kind<'survey'> = {
  type: 'survey',
  group: 'time',
  icon: IconMessageStar,
  colour: 'grape',
  create: (t) => ({
    ...UNNAMED,
    survey: 'nps',
    question: 'score',
    answers: (['promoter', 'passive', 'detractor'] as const).map((group) => ({
      id: group,
      label: t(`kinds:defaults.${group}`),
      groups: [group],
    })),
    timeout: { weeks: 0, days: 7, hours: 0, minutes: 0, seconds: 0 },
    since_node: null,
  }),
  describe: ({ survey: key, timeout }, { t }) =>
    t('kinds:describe.survey', { survey: key, duration: sayDuration(timeout, t) }),
};

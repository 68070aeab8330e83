import { IconUsersGroup } from '@tabler/icons-react';
import { lazy } from 'react';
import { type Kind, UNNAMED } from './kind';

export const entry: Kind<'entry'> = {
  type: 'entry',
  group: 'start',
  icon: IconUsersGroup,
  colour: 'teal',
  create: () => ({ ...UNNAMED, trigger: { kind: 'segment', segment_id: null, condition: { kind: 'all', of: [] } } }),
  describe: ({ trigger }, { t, segment }) => {
    switch (trigger.kind) {
      case 'event':
        return t('kinds:describe.event', { event: trigger.on.event });
      case 'api':
        return t('kinds:describe.api');
      default:
        break;
    }
    if (trigger.segment_id) {
      const name = segment(trigger.segment_id);
      return name === undefined ? '' : t('kinds:describe.segment', { name: name ?? t('kinds:describe.missing') });
    }
    const everybody = trigger.condition?.kind === 'all' && !trigger.condition.of?.length;
    return everybody ? t('kinds:describe.everybody') : t('kinds:describe.condition');
  },
  Edit: lazy(() => import('../panels/EntryPanel')),
};

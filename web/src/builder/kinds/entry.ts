import { IconUsersGroup } from '@tabler/icons-react';
import { asks } from './asks';
import { type Kind, UNNAMED } from './kind';
import { bare } from './say';
import { EVERYBODY } from './trigger';

export const entry: Kind<'entry'> = {
  type: 'entry',
  group: 'start',
  icon: IconUsersGroup,
  colour: 'teal',
  create: () => ({ ...UNNAMED, trigger: EVERYBODY }),
  describe: ({ trigger }, words) => {
    const { t, segment } = words;
    const named = (id: string) => {
      const name = segment(id);
      return name === undefined ? '' : (name ?? t('kinds:describe.missing'));
    };
    switch (trigger.kind) {
      case 'event':
        return t('kinds:describe.event', { event: trigger.on.event });
      case 'segment_change':
        return t(`kinds:describe.${trigger.change}`, { name: named(trigger.segment_id) });
      case 'inactivity':
        return trigger.event === '*'
          ? t('kinds:describe.silent')
          : t('kinds:describe.silentOf', { event: trigger.event });
      case 'date':
        return t('kinds:describe.onDate', { attribute: bare(trigger.attribute) });
      case 'api':
        return t('kinds:describe.api');
      case 'segment': {
        if (trigger.segment_id) return t('kinds:describe.segment', { name: named(trigger.segment_id) });
        return trigger.condition ? asks(trigger.condition, words) : t('kinds:describe.everybody');
      }
    }
  },
};

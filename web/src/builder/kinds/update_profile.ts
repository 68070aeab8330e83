import { IconUserEdit } from '@tabler/icons-react';
import { type Kind, UNNAMED } from './kind';

export const updateProfile: Kind<'update_profile'> = {
  type: 'update_profile',
  group: 'data',
  icon: IconUserEdit,
  colour: 'lime',
  create: () => ({ ...UNNAMED, set: {}, add_tags: [], remove_tags: [] }),
  describe: ({ set, add_tags: add, remove_tags: remove }, { t }) => {
    const names = Object.keys(set ?? {});
    const tags = [...(add ?? []).map((tag) => `+${tag}`), ...(remove ?? []).map((tag) => `-${tag}`)];
    const said = [
      names.length ? t('kinds:describe.sets', { names: names.join(', ') }) : '',
      tags.length ? t('kinds:describe.tags', { names: tags.join(', ') }) : '',
    ];
    return said.filter(Boolean).join(' · ') || t('kinds:describe.nothing');
  },
};

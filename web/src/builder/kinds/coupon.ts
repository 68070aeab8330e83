import { IconTicket } from '@tabler/icons-react';
import { type Kind, UNNAMED } from './kind';

export const coupon: Kind<'coupon'> = {
  type: 'coupon',
  group: 'data',
  icon: IconTicket,
  colour: 'pink',
  create: () => ({ ...UNNAMED, prefix: 'WELCOME', promotion_id: null }),
  describe: ({ prefix }, { t }) => t('kinds:describe.code', { prefix }),
};

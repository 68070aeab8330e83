import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { createBroadcast } from '@/api/broadcasts';
import { of } from '@/contact/policy';
import { localeOf } from '@/lib/locale';
import { tell } from '@/ui/tell';

type Of = { id: string; name: string } | null;

/** Begins a draft, to a segment or to nobody yet, and opens it. */
export function useNewBroadcast() {
  const { t, i18n } = useTranslation('broadcasts');
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (segment: Of) => {
      const day = new Date().toLocaleDateString(localeOf(i18n.language), { dateStyle: 'medium' });
      const name = segment ? t('nameTo', { segment: segment.name, day }) : t('nameOf', { day });
      return createBroadcast({
        name: name.slice(0, 120),
        broadcast: {
          audience: { segment_id: segment?.id ?? null, condition: null, exclude_segment_ids: [] },
          message: { channel: 'email', template_id: null, content: null },
          timing: { kind: 'now' },
          category: 'marketing',
          timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          conversion: {
            on: { event: 'Order Completed', where: [] },
            window: of({ days: 5 }),
            match_entry_key: false,
            require_coupon: false,
          },
        },
      });
    },
    onSuccess: ({ id }) => navigate(`/broadcasts/${id}`),
    onError: tell,
  });
}

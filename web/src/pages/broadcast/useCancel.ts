import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Broadcast, cancelBroadcast } from '@/api/broadcasts';
import { tell } from '@/ui/tell';

/** Takes a broadcast back, or says how many messages had left. */
export function useCancel(broadcast: Broadcast) {
  const { t } = useTranslation('broadcasts');
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => cancelBroadcast(broadcast.id),
    onSuccess: (draft) => {
      client.setQueryData(['broadcasts', broadcast.id], draft);
      notifications.show({ message: t('undone', { name: draft.name }) });
    },
    onError: tell,
    onSettled: () => client.invalidateQueries({ queryKey: ['broadcasts'] }),
  });
}

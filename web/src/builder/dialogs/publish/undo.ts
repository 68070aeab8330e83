import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns, undoLaunch } from '@/api/campaigns';
import { useMay } from '@/api/me';
import { tell } from '@/ui/tell';

const OFTEN_MS = 1500;

/** Takes a launch back, or says how many messages had left. */
export function useUndoLaunch(slug: string, name: string) {
  const { t } = useTranslation('builder');
  const client = useQueryClient();
  return useMutation({
    mutationFn: (runId: string) => undoLaunch(slug, runId),
    onSuccess: () => notifications.show({ message: t('launch.undone', { name }) }),
    onError: tell,
    onSettled: () => client.invalidateQueries({ queryKey: ['campaigns'] }),
  });
}

/** The newest launch that was not taken back or refused; null where there is none, undefined while it is read. */
export function useLastLaunch(slug: string, enabled = true) {
  const runs = useQuery({ ...campaigns.runs(slug), enabled });
  if (!runs.data) return undefined;
  return runs.data.items.find(({ state }) => state !== 'refused' && state !== 'cancelled') ?? null;
}

/** The newest launch, as long as no message of it has left and this person may take it back; asked for again and again. */
export function useUndoable(slug: string, enabled = true) {
  const may = useMay('operator');
  const last = useLastLaunch(slug, enabled && may);
  const id = last?.id ?? '';
  const one = useQuery({
    ...campaigns.run(slug, id),
    enabled: enabled && may && id !== '',
    // once a message has left, none of them comes back
    refetchInterval: ({ state }) => (state.data?.can_undo === false ? false : OFTEN_MS),
  });
  return last && one.data?.can_undo ? one.data : null;
}

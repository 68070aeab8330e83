import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Broadcast, type Definition, sendBroadcast } from '@/api/broadcasts';
import { useFormat } from '@/lib/useFormat';
import { Problem } from '@/ui/Problem';
import { offerUndo } from '@/ui/undo';
import { useCancel } from './useCancel';

type Props = {
  opened: boolean;
  close: () => void;
  broadcast: Broadcast;
  said: Definition;
  revision: number;
  audience: number;
  unreachable: number;
};

/** Asks once more before it is sent: to how many, and when. */
export function Confirm({ opened, close, ...props }: Props) {
  const { t } = useTranslation('broadcasts');
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('confirm.title')}
      role="alertdialog"
      closeOnClickOutside={false}
      aria-label={t('confirm.title')}
    >
      <Question close={close} {...props} />
    </Modal>
  );
}

function Question({ close, broadcast, said, revision, audience, unreachable }: Omit<Props, 'opened'>) {
  const { t } = useTranslation(['broadcasts', 'app']);
  const { number, moment } = useFormat();
  const client = useQueryClient();
  const [key] = useState(() => crypto.randomUUID()); // of this question: presses and retries are one confirmation
  const cancelling = useCancel(broadcast);
  const sending = useMutation({
    mutationFn: () => sendBroadcast(broadcast.id, revision, key),
    onSuccess: ({ broadcast: sent }) => {
      client.setQueryData(['broadcasts', broadcast.id], sent);
      close();
      offerUndo({
        id: `undo-${broadcast.id}`,
        message: t('broadcasts:confirm.done', { name: sent.name }),
        label: t('broadcasts:undo'),
        undo: () => cancelling.mutate(),
      });
    },
    // the press may have arrived, and its answer was lost on the way back
    onError: () => void client.invalidateQueries({ queryKey: ['broadcasts', broadcast.id], exact: true }),
  });
  const timing = said.timing ?? { kind: 'now' as const };
  const isNow = timing.kind === 'now';
  const at = 'at' in timing && timing.at ? moment(timing.at) : '';
  return (
    <Stack>
      <Text>{t('broadcasts:confirm.audience', { count: audience, number: number(audience) })}</Text>
      {unreachable > 0 && (
        <Text size="sm">
          {t('broadcasts:confirm.unreachable', { count: unreachable, number: number(unreachable) })}
        </Text>
      )}
      <Text size="sm">{t(`broadcasts:confirm.when.${timing.kind}`, { at })}</Text>
      {sending.error && <Problem error={sending.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t('app:cancel')}
        </Button>
        <Button
          leftSection={<IconSend size={16} />}
          loading={sending.isPending}
          disabled={sending.isSuccess}
          onClick={() => sending.mutate()}
        >
          {t(isNow ? 'broadcasts:send' : 'broadcasts:schedule', { number: number(audience) })}
        </Button>
      </Group>
    </Stack>
  );
}

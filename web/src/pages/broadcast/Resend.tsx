import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { type Broadcast, broadcasts, resendBroadcast } from '@/api/broadcasts';
import { useFormat } from '@/lib/useFormat';
import { Problem } from '@/ui/Problem';

type Props = { broadcast: Broadcast; opened: boolean; close: () => void };

/** How many did not open it, and the draft that goes to them. */
export function Resend({ broadcast, opened, close }: Props) {
  const { t } = useTranslation(['broadcasts', 'app']);
  const { number } = useFormat();
  const navigate = useNavigate();
  const counted = useQuery({ ...broadcasts.nonOpeners(broadcast.id), enabled: opened });
  const making = useMutation({
    mutationFn: () =>
      resendBroadcast(broadcast.id, t('broadcasts:resend.name', { name: broadcast.name }).slice(0, 120)),
    onSuccess: ({ id }) => {
      close();
      navigate(`/broadcasts/${id}`);
    },
  });
  const count = counted.data?.count;
  const error = making.error ?? counted.error;
  return (
    <Modal opened={opened} onClose={close} title={t('broadcasts:resend.title')}>
      <Stack>
        {count === undefined ? (
          !counted.error && <Loader size="xs" />
        ) : (
          <Text>{t('broadcasts:resend.count', { count, number: number(count) })}</Text>
        )}
        <Text size="sm" c="dimmed">
          {t('broadcasts:resend.help')}
        </Text>
        {error && <Problem error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app:cancel')}
          </Button>
          <Button disabled={!count} loading={making.isPending} onClick={() => making.mutate()}>
            {t('broadcasts:resend.write')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

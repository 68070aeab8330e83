import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lift, type SuppressedAddress, type Suppression } from '@/api/contact';
import { useFormat } from '@/lib/useFormat';
import { Problem } from '@/ui/Problem';
import { isTheirWord, reasonOf } from './reasons';

/** Why the address is on the list, and what it means to take it off, before that is done. */
export function Lift({ shown, close }: { shown: Suppression; close: () => void }) {
  const { t } = useTranslation(['contacting', 'app']);
  const { day } = useFormat();
  const client = useQueryClient();
  const reason = reasonOf(shown.reason);
  const theirs = isTheirWord(reason);
  const [sure, setSure] = useState(false);
  const lifting = useMutation({
    mutationFn: () => lift({ channel: shown.channel as SuppressedAddress['channel'], address: shown.address }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['suppressions'] });
      notifications.show({ message: t('contacting:suppressions.lifted', { address: shown.address }) });
      close();
    },
  });
  const named = reason === 'other' ? shown.reason : t(`contacting:suppressions.reasons.${reason}`);
  return (
    <Modal opened onClose={close} title={t('contacting:suppressions.lift')}>
      <Stack>
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {shown.address}
        </Text>
        <Alert
          color={theirs ? 'red' : 'yellow'}
          title={t('contacting:suppressions.since', { date: day(shown.at), reason: named })}
        >
          {t(`contacting:suppressions.means.${reason}`)}
        </Alert>
        <Text size="sm">{t('contacting:suppressions.liftHelp')}</Text>
        {theirs && (
          <Checkbox
            label={t('contacting:suppressions.sure')}
            checked={sure}
            onChange={(event) => setSure(event.currentTarget.checked)}
          />
        )}
        {lifting.error && <Problem error={lifting.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app:cancel')}
          </Button>
          <Button color="red" loading={lifting.isPending} disabled={theirs && !sure} onClick={() => lifting.mutate()}>
            {t('contacting:suppressions.liftSubmit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

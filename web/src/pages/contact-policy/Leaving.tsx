import { Button, Group, Modal, Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';

/** Asks before changes that are not saved are left behind. */
export function Leaving({ dirty }: { dirty: boolean }) {
  const { t } = useTranslation('contacting');
  const blocker = useBlocker(dirty);
  useWindowEvent('beforeunload', (event) => {
    if (dirty) event.preventDefault();
  });
  if (blocker.state !== 'blocked') return null;
  return (
    <Modal opened onClose={blocker.reset} title={t('leaving.title')}>
      <Text size="sm">{t('leaving.help')}</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={blocker.reset}>
          {t('leaving.stay')}
        </Button>
        <Button color="red" onClick={blocker.proceed}>
          {t('leaving.leave')}
        </Button>
      </Group>
    </Modal>
  );
}

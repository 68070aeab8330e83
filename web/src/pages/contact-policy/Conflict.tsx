import { Alert, Button, Group, SimpleGrid, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';
import type { Policy } from '@/contact/policy';
import { InWords } from './InWords';

type Props = {
  theirs: Schemas['PolicyView'];
  mine: Policy;
  busy: boolean;
  takeTheirs: () => void;
  keepMine: () => void;
};

/** Somebody saved other limits meanwhile: both are shown, and nothing is lost before one is chosen. */
export function Conflict({ theirs, mine, busy, takeTheirs, keepMine }: Props) {
  const { t } = useTranslation('contacting');
  return (
    <Alert color="yellow" icon={<IconUsers />} title={t('conflict.title')} mt="md" role="alert">
      <Text size="sm" mb="sm">
        {t('conflict.help')}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <InWords title={t('conflict.theirs')} policy={theirs.policy} />
        <InWords title={t('conflict.mine')} policy={mine} />
      </SimpleGrid>
      <Group mt="md">
        <Button variant="default" onClick={takeTheirs} disabled={busy}>
          {t('conflict.takeTheirs')}
        </Button>
        <Button onClick={keepMine} loading={busy}>
          {t('conflict.keepMine')}
        </Button>
      </Group>
    </Alert>
  );
}

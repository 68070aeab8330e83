import { Alert, Anchor, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useMatch } from 'react-router';
import { useMay } from '@/api/me';
import { useStatus } from '@/api/status';
import { useTroubleWords } from './useTroubleWords';

/** Says over every page what is wrong with the installation; operators find more on the page Status. */
export function Troubles() {
  const { t } = useTranslation('status');
  const troubles = useStatus().data?.troubles ?? [];
  const words = useTroubleWords();
  const may = useMay('operator');
  // both pages tell of them themselves
  const [status, home] = [useMatch('/status'), useMatch('/')];
  const there = status !== null || home !== null;
  const [first] = troubles;
  if (!first || there) return null;
  const more = troubles.length - 1;
  return (
    <Alert color="red" radius={0} icon={<IconAlertTriangle />} role="status">
      <Group gap="xs">
        <Text size="sm">{more > 0 ? t('bannerMore', { first: words(first), count: more }) : words(first)}</Text>
        {may && (
          <Anchor component={Link} to="/status" size="sm" c="inherit" underline="always">
            {t('see')}
          </Anchor>
        )}
      </Group>
    </Alert>
  );
}

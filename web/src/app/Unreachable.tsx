import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/me';
import { useReachable } from '@/api/reachable';

const AGAIN_MS = 4_000;

/** Says over whatever page is shown that the server is away; reads it anew once the server is back. */
export function Unreachable() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const reachable = useReachable();
  const { refetch } = useMe();
  useEffect(() => {
    if (reachable) return;
    const timer = setInterval(refetch, AGAIN_MS);
    return () => {
      clearInterval(timer);
      void client.invalidateQueries();
    };
  }, [reachable, refetch, client]);
  if (reachable) return null;
  return (
    <Alert color="yellow" radius={0} icon={<IconPlugConnectedX />} role="status">
      {t('problem.stale')}
    </Alert>
  );
}

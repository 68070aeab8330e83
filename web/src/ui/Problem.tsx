import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { problemTitle } from './problemTitle';

const AGAIN_MS = 5_000;

/** What went wrong, for people, with a way on. Where nobody answers it is tried again by itself. */
export function Problem({ error, retry }: { error: Error; retry?: () => unknown }) {
  const { t } = useTranslation();
  const offline = error instanceof ApiError && error.status === 0;
  const parts = error instanceof ApiError ? error.errors : [];
  useAgain(offline ? retry : undefined);
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={problemTitle(error)} m="md" role="alert">
      <Stack gap="xs">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {offline ? t(retry ? 'problem.offlineAgain' : 'problem.offlineHelp') : error.message}
        </Text>
        {parts.length > 0 && (
          <ul style={{ margin: 0, paddingInlineStart: 20 }}>
            {parts.map((part) => (
              <li key={part.path + part.message}>{part.message}</li>
            ))}
          </ul>
        )}
        {retry && (
          <Group>
            <Button size="xs" variant="default" onClick={() => retry()}>
              {t('retry')}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

function useAgain(retry: (() => unknown) | undefined) {
  const latest = useRef(retry);
  latest.current = retry;
  const wanted = retry !== undefined;
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => latest.current?.(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [wanted]);
}

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';

/** What went wrong, for people, with a way on. */
export function Problem({ error, retry }: { error: Error; retry?: () => void }) {
  const { t } = useTranslation();
  const offline = error instanceof ApiError && error.status === 0;
  const parts = error instanceof ApiError ? error.errors : [];
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={t('problem.title')} m="md" role="alert">
      <Stack gap="xs">
        <Text size="sm">{offline ? t('problem.offline') : error.message}</Text>
        {parts.length > 0 && (
          <ul style={{ margin: 0, paddingInlineStart: 20 }}>
            {parts.map((part) => (
              <li key={part.path + part.message}>{part.message}</li>
            ))}
          </ul>
        )}
        {retry && (
          <Group>
            <Button size="xs" variant="default" onClick={retry}>
              {t('retry')}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

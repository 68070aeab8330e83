import { ActionIcon, Code, CopyButton, Group, Paper, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Bi } from '@/api/bi';

const LOGIN = 'python -m store.bi login analysts';

/** What a person types where no file is taken. */
export function Address({ address }: { address: Bi }) {
  const { t } = useTranslation('bi');
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Title order={2} size="h5">
          {t('byHand')}
        </Title>
        <Line label={t('server')} value={`${address.host}:${address.port}`} />
        <Line label={t('database')} value={address.database} />
        <Line label={t('schema')} value={address.schema_name} />
        <Line label={t('odata')} value={address.odata_url} />
        <Title order={2} size="h5" mt="sm">
          {t('logins')}
        </Title>
        <Text size="sm">{t('loginsHelp')}</Text>
        <Line label={t('command')} value={LOGIN} />
        <Text size="sm">{t('personal')}</Text>
      </Stack>
    </Paper>
  );
}

function Line({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation('bi');
  return (
    <Group gap="xs" wrap="nowrap" justify="space-between">
      <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
        {label}
      </Text>
      <Group gap={4} wrap="nowrap" style={{ minWidth: 0 }}>
        <Code style={{ overflowWrap: 'anywhere' }}>{value}</Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t('copied') : t('copy', { what: label })}>
              <ActionIcon variant="subtle" size="sm" aria-label={t('copy', { what: label })} onClick={copy}>
                {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
    </Group>
  );
}

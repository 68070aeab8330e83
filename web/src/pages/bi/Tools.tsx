import { Button, Divider, Paper, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Bi, type ConnectionKind, connectionFile } from '@/api/bi';
import { download } from '@/lib/csv';
import { tell } from '@/ui/tell';

const FILES = {
  powerbi: 'campaign-flow.pbids',
  'powerbi-odata': 'campaign-flow-odata.pbids',
  tableau: 'campaign-flow.tds',
} as const satisfies Record<ConnectionKind, string>;

/** Files that Power BI and Tableau open, with what to do after. */
export function Tools({ address }: { address: Bi }) {
  const { t } = useTranslation('bi');
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Tool kind="powerbi" />
        <Divider />
        <Tool kind="tableau" />
        <Divider />
        <Tool kind="powerbi-odata" />
        <Text size="sm" c="dimmed">
          {address.export_folder ? t('filesOn') : t('filesOff')}
        </Text>
      </Stack>
    </Paper>
  );
}

function Tool({ kind }: { kind: ConnectionKind }) {
  const { t } = useTranslation('bi');
  const saving = useMutation({
    mutationFn: () => connectionFile(kind),
    onSuccess: (file) => download(FILES[kind], file as Blob),
    onError: tell,
  });
  return (
    <Stack gap={4} align="flex-start">
      <Title order={2} size="h5">
        {t(`tool.${kind}`)}
      </Title>
      <Text size="sm">{t(`toolHelp.${kind}`)}</Text>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconDownload size={14} />}
        loading={saving.isPending}
        onClick={() => saving.mutate()}
      >
        {FILES[kind]}
      </Button>
    </Stack>
  );
}

import { Alert, Button, Group, Paper, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { download } from '@/lib/csv';
import { useSay } from '@/lib/sentences';
import { useFormat } from '@/lib/useFormat';
import { Broken } from '@/ui/Broken';
import { Figure } from '@/ui/Figure';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { isUnderWay, progressOf } from '../imports/progress';
import { Rejects } from './Rejects';

type Import = Schemas['ImportView'];

export function Component() {
  const { id = '' } = useParams();
  const found = useQuery({
    queryKey: ['imports', id],
    queryFn: () => take(api.GET('/imports/{import_id}', { params: { path: { import_id: id } } })),
    refetchInterval: (query) => (query.state.data && !isUnderWay(query.state.data) ? false : 1_000),
  });
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/imports" />;
  return <File given={found.data} />;
}

function File({ given }: { given: Import }) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  const say = useSay();
  const may = useMay('operator');
  const client = useQueryClient();
  const path = { import_id: given.id };
  const stopping = useMutation({
    mutationFn: () => take(api.POST('/imports/{import_id}/stop', { params: { path } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['imports'] }),
  });
  const fetching = useMutation({
    mutationFn: () =>
      take(api.GET('/imports/{import_id}/rejects', { params: { path, query: { format: 'csv' } }, parseAs: 'blob' })),
    onSuccess: (blob) => download(`${given.name || given.id}-refused.csv`, blob as unknown as Blob),
  });
  return (
    <Page
      title={given.name || given.id}
      actions={
        may &&
        isUnderWay(given) && (
          <Button variant="default" loading={stopping.isPending} onClick={() => stopping.mutate()}>
            {t('stop')}
          </Button>
        )
      }
    >
      <Stack>
        <Paper withBorder p="md">
          <Group justify="space-between">
            <Text fw={600}>{t(`states.${given.state}`)}</Text>
            <Text c="dimmed" size="sm">
              {t(`kinds.${given.kind}`)} · {given.created_by} · {format.moment(given.created_at)}
            </Text>
          </Group>
          {isUnderWay(given) && (
            <Progress value={progressOf(given)} mt="sm" animated aria-label={t('progress', { name: given.name })} />
          )}
        </Paper>
        {given.error && <Alert color="red">{say(given.error, given.error_said)}</Alert>}
        {stopping.error && <Problem error={stopping.error} />}
        <SimpleGrid cols={{ base: 2, sm: 5 }}>
          <Figure
            label={t('read')}
            value={format.number(given.read)}
            note={given.row_count ? t('ofRows', { n: format.number(given.row_count) }) : undefined}
          />
          <Figure label={t('taken')} value={format.number(given.taken)} />
          <Figure label={t('noted')} value={format.number(given.noted)} />
          <Figure label={t('repeated')} value={format.number(given.repeated)} />
          <Figure label={t('refused')} value={format.number(given.refused)} />
        </SimpleGrid>
        {may && <Rejects given={given} />}
        {given.refused + given.noted > 0 && may && (
          <Group justify="flex-end">
            <Button
              variant="default"
              leftSection={<IconDownload size={16} />}
              loading={fetching.isPending}
              onClick={() => fetching.mutate()}
            >
              {t('allRejects')}
            </Button>
          </Group>
        )}
        {fetching.error && <Problem error={fetching.error} />}
      </Stack>
    </Page>
  );
}

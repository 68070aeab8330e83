import {
  Anchor,
  Button,
  Checkbox,
  FileInput,
  Group,
  Modal,
  Progress,
  SegmentedControl,
  Stack,
  Table,
  Text,
} from '@mantine/core';
import { IconFileImport, IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { useFormat } from '@/lib/useFormat';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { formatOf, isUnderWay, progressOf } from './progress';

export function Component() {
  const { t } = useTranslation('imports');
  const may = useMay('operator');
  const [params, setParams] = useSearchParams();
  const pages = usePages(
    ['imports'],
    (cursor) => take(api.GET('/imports', { params: { query: { limit: 30, cursor } } })),
    {
      every: 2_000,
    },
  );
  const upload = may && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setParams({ new: '' })}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={pages.items.length > 0 && upload}>
      <Listing
        pages={pages}
        empty={
          <Empty icon={IconFileImport} title={t('empty')} help={t('emptyHelp')}>
            {upload}
          </Empty>
        }
      >
        <Rows imports={pages.items} />
      </Listing>
      <Modal opened={params.get('new') !== null} onClose={() => setParams({})} title={t('new')}>
        <Upload />
      </Modal>
    </Page>
  );
}

function Rows({ imports }: { imports: Schemas['ImportView'][] }) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  return (
    <Table.ScrollContainer
      minWidth={520}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('title') } }}
    >
      <Table verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('file')}</Table.Th>
            <Table.Th>{t('state')}</Table.Th>
            <Table.Th ta="right">{t('taken')}</Table.Th>
            <Table.Th ta="right">{t('refused')}</Table.Th>
            <Table.Th>{t('when')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {imports.map((each) => (
            <Table.Tr key={each.id}>
              <Table.Td>
                <Anchor component={Link} to={`/imports/${each.id}`} fw={600}>
                  {each.name || each.id.slice(0, 8)}
                </Anchor>
                <Text size="sm" c="dimmed">
                  {t(`kinds.${each.kind}`)}
                </Text>
              </Table.Td>
              <Table.Td>
                {t(`states.${each.state}`)}
                {isUnderWay(each) && (
                  <Progress value={progressOf(each)} mt={4} animated aria-label={t('progress', { name: each.name })} />
                )}
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {format.number(each.taken)}
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {format.number(each.refused)}
              </Table.Td>
              <Table.Td>
                <Since at={each.created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Upload() {
  const { t } = useTranslation('imports');
  const navigate = useNavigate();
  const client = useQueryClient();
  const [kind, setKind] = useState<'customers' | 'events'>('customers');
  const [file, setFile] = useState<File | null>(null);
  const [live, setLive] = useState(false);
  const fileFormat = file && formatOf(file.name);
  const sending = useMutation({
    mutationFn: (given: { file: File; format: 'csv' | 'ndjson' | 'parquet' }) =>
      take(
        api.POST('/imports', {
          params: { query: { kind, format: given.format, name: given.file.name.slice(0, 255), live } },
          body: given.file as never,
          bodySerializer: (body: unknown) => body as BodyInit,
          headers: { 'Content-Type': 'application/octet-stream' },
        }),
      ),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['imports'] });
      navigate(`/imports/${made.id}`);
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (file && fileFormat) sending.mutate({ file, format: fileFormat });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <SegmentedControl
          aria-label={t('kind')}
          value={kind}
          onChange={(next) => setKind(next as typeof kind)}
          data={[
            { value: 'customers', label: t('kinds.customers') },
            { value: 'events', label: t('kinds.events') },
          ]}
        />
        <FileInput
          label={t('file')}
          description={t('fileHelp')}
          accept=".csv,.ndjson,.jsonl,.parquet"
          required
          clearable
          value={file}
          onChange={setFile}
          error={file && !fileFormat ? t('fileWrong') : undefined}
        />
        {kind === 'events' && (
          <Checkbox
            label={t('live')}
            description={t('liveHelp')}
            checked={live}
            onChange={(event) => setLive(event.currentTarget.checked)}
          />
        )}
        {sending.error && <Problem error={sending.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={sending.isPending} disabled={!file || !fileFormat}>
            {t('send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

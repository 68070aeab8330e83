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
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { formatOf, isUnderWay, progressOf } from './progress';

type Import = Schemas['ImportView'];

export function Component() {
  const { t } = useTranslation('imports');
  const may = useMay('operator');
  const [params, setParams] = useSearchParams();
  const pages = usePages(['imports'], (page) => take(api.GET('/imports', { params: { query: { ...page } } })), {
    every: 2_000,
  });
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
        <Rows imports={pages.items} everything={pages.everything} />
      </Listing>
      <Modal opened={may && params.get('new') !== null} onClose={() => setParams({})} title={t('new')}>
        <Upload />
      </Modal>
    </Page>
  );
}

function Rows({ imports, everything }: { imports: Import[]; everything: () => Promise<Import[]> }) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  return (
    <DataTable
      label={t('title')}
      rows={imports}
      rowKey={({ id }) => id}
      minWidth={360}
      everything={everything}
      columns={[
        {
          key: 'file',
          title: t('file'),
          show: (each) => (
            <>
              <Anchor component={Link} to={`/imports/${each.id}`} fw={600}>
                {each.name || each.id.slice(0, 8)}
              </Anchor>
              <Text size="sm" c="dimmed">
                {t(`kinds.${each.kind}`)}
              </Text>
            </>
          ),
          csv: (each) => each.name || each.id,
        },
        { key: 'kind', title: t('kind'), csv: ({ kind }) => kind },
        {
          key: 'state',
          title: t('state'),
          show: (each) => (
            <>
              {t(`states.${each.state}`)}
              {isUnderWay(each) && (
                <Progress value={progressOf(each)} mt={4} animated aria-label={t('progress', { name: each.name })} />
              )}
            </>
          ),
          csv: ({ state }) => state,
        },
        ...(['taken', 'repeated', 'refused'] as const).map((key) => ({
          key,
          title: t(key),
          right: true,
          wide: key === 'repeated',
          show: (each: Import) => format.number(each[key]),
          csv: (each: Import) => each[key],
        })),
        {
          key: 'when',
          title: t('when'),
          show: (each) => <Since at={each.created_at} />,
          csv: ({ created_at }) => created_at,
        },
      ]}
    />
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

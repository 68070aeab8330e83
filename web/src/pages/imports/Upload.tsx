import { Anchor, Button, FileInput, Group, SegmentedControl, Stack } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import { Problem } from '@/ui/Problem';
import { formatOf } from './progress';
import { SAMPLES } from './samples';
import type { Inspection } from './Wizard';

/** Which file, and what it holds. */
export function Upload({ onSeen }: { onSeen: (seen: Inspection) => void }) {
  const { t } = useTranslation('imports');
  const [kind, setKind] = useState<'customers' | 'events'>('customers');
  const [file, setFile] = useState<File | null>(null);
  const fileFormat = file && formatOf(file.name);
  const sending = useMutation({
    mutationFn: (given: { file: File; format: NonNullable<ReturnType<typeof formatOf>> }) =>
      take(
        api.POST('/imports/inspect', {
          params: { query: { kind, format: given.format, name: given.file.name.slice(0, 255) } },
          body: given.file as never,
          bodySerializer: (body: unknown) => body as BodyInit,
          headers: { 'Content-Type': 'application/octet-stream' },
        }),
      ),
    onSuccess: onSeen,
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
          placeholder={t('choose')}
          leftSection={<IconUpload size={16} />}
          accept=".csv,.tsv,.txt,.xlsx,.xls,.ods,.ndjson,.jsonl,.json,.parquet,.gz,.zip"
          required
          clearable
          value={file}
          onChange={setFile}
          error={file && !fileFormat ? t('fileWrong') : undefined}
        />
        <Anchor
          size="sm"
          href={`data:text/csv;charset=utf-8,${encodeURIComponent(SAMPLES[kind])}`}
          download={`${kind}.csv`}
        >
          {t('sample')}
        </Anchor>
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

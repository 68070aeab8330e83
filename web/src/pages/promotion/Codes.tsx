import { Button, Group, Stack, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import { exportCodes, promotions, switchBatch, switchCode } from '@/api/promotions';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { download, fileName } from '@/lib/csv';
import { useFormat } from '@/lib/useFormat';
import type { PromotionView } from '@/promotions/model';
import { useWritten } from '@/promotions/useWritten';
import { DataTable } from '@/ui/DataTable';
import { Listing } from '@/ui/Listing';
import { Since } from '@/ui/Since';
import { tell } from '@/ui/tell';
import { MakeCodes } from './MakeCodes';

/** A promotion's codes: made, taken over, looked up, taken away, disabled. */
export function Codes({ shown }: { shown: PromotionView }) {
  const { t } = useTranslation('promotions');
  const may = useMay('operator');
  return (
    <Stack>
      <MakeCodes shown={shown} />
      <Title order={2} size="h5">
        {t('codes.batches')}
      </Title>
      <Batches shown={shown} />
      {may && <Each shown={shown} />}
    </Stack>
  );
}

/** What disables or allows again, and reads the codes afresh. */
function useSwitch<Input>(id: string, work: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: () => client.invalidateQueries({ queryKey: ['promotion', id] }),
    onError: tell,
  });
}

function Batches({ shown }: { shown: PromotionView }) {
  const { t } = useTranslation('promotions');
  const { number } = useFormat();
  const may = useMay('marketer');
  const found = useQuery(promotions.batches(shown.id));
  type Batch = Schemas['BatchView'];
  const switching = useSwitch(shown.id, ({ id, disabled }: Batch) => switchBatch(shown.id, id, !disabled));
  return (
    <DataTable
      label={t('codes.batches')}
      rows={found.data ?? []}
      rowKey={({ id }) => id}
      empty={t('codes.noBatches')}
      minWidth={380}
      columns={[
        {
          key: 'made',
          title: t('codes.made'),
          show: (row) => <Since at={row.created_at} />,
          csv: (row) => row.created_at,
        },
        {
          key: 'kind',
          title: t('codes.kind'),
          show: ({ kind, prefix }) => `${t(`codes.kinds.${kind}`)} ${prefix}`,
          csv: ({ kind }) => kind,
        },
        {
          key: 'count',
          title: t('codes.count'),
          right: true,
          show: ({ count }) => number(count),
          csv: ({ count }) => count,
        },
        {
          key: 'switch',
          title: t('codes.disable'),
          untitled: true,
          right: true,
          show: (row) => may && <Switch row={row} name={number(row.count)} change={() => switching.mutate(row)} />,
        },
      ]}
    />
  );
}

type SwitchProps = { row: { disabled: boolean }; name: string; change: () => void };

function Switch({ row, name, change }: SwitchProps) {
  const { t } = useTranslation('promotions');
  const text = t(row.disabled ? 'codes.allow' : 'codes.disable');
  return (
    <Button size="compact-sm" variant="default" onClick={change} aria-label={`${text}: ${name}`}>
      {text}
    </Button>
  );
}

function Each({ shown }: { shown: PromotionView }) {
  const { t } = useTranslation('promotions');
  const { amount } = useWritten();
  const may = useMay('marketer');
  const [text, setText] = useState('');
  const [starts] = useDebouncedValue(text.trim(), 300);
  const pages = usePages(['promotion', shown.id, 'codes', starts], (page) =>
    take(
      api.GET('/promotions/{promotion_id}/codes', {
        params: { path: { promotion_id: shown.id }, query: { ...page, starts } },
      }),
    ),
  );
  const saving = useMutation({
    mutationFn: () => exportCodes(shown.id),
    onSuccess: (file) => download(fileName(shown.name, 'csv'), file as Blob),
    onError: tell,
  });
  const switching = useSwitch(shown.id, (row: Code) => switchCode(shown.id, row.code, !row.disabled));
  return (
    <>
      <Group justify="space-between" align="flex-end">
        <TextInput label={t('codes.find')} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          loading={saving.isPending}
          onClick={() => saving.mutate()}
        >
          {t('codes.export')}
        </Button>
      </Group>
      <Listing pages={pages} empty={t('codes.none')}>
        <DataTable<Code>
          label={t('tab.codes')}
          rows={pages.items}
          rowKey={({ code }) => code}
          minWidth={420}
          columns={[
            { key: 'code', title: t('redemption.code'), show: ({ code }) => <code>{code}</code> },
            {
              key: 'used',
              title: t('codes.used'),
              right: true,
              show: ({ used, max_uses, balance, spent }) =>
                balance !== null
                  ? t('budget.used', {
                      taken: amount(spent, shown.promotion.currency),
                      limit: amount(balance, shown.promotion.currency),
                    })
                  : max_uses === null
                    ? '–'
                    : t('budget.used', { taken: used, limit: max_uses }),
            },
            {
              key: 'until',
              title: t('codes.until'),
              wide: true,
              show: (row) => row.valid_until && <Since at={row.valid_until} />,
            },
            {
              key: 'switch',
              title: t('codes.disable'),
              untitled: true,
              right: true,
              show: (row) => may && <Switch row={row} name={row.code} change={() => switching.mutate(row)} />,
            },
          ]}
        />
      </Listing>
    </>
  );
}

type Code = Schemas['CodeView'];

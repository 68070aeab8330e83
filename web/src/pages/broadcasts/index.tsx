import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type BroadcastItem, readPage } from '@/api/broadcasts';
import { useMay } from '@/api/me';
import { usePages } from '@/api/usePages';
import { useFormat } from '@/lib/useFormat';
import { share } from '@/pages/home/change';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Revenue } from '@/ui/Revenue';
import { StatusBadge } from '@/ui/StatusBadge';
import { useNewBroadcast } from '../broadcast/useNewBroadcast';

const EVERY_MS = 5_000;

export function Component() {
  const { t } = useTranslation('broadcasts');
  const may = useMay('marketer');
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 250);
  const pages = usePages(
    ['broadcasts', 'list', search],
    (page) => readPage({ ...page, ...(search ? { search } : {}) }),
    { every: EVERY_MS },
  );
  const making = useNewBroadcast();
  const columns = useColumns();
  const begin = may && (
    <Button leftSection={<IconPlus size={16} />} loading={making.isPending} onClick={() => making.mutate(null)}>
      {t('new')}
    </Button>
  );
  const nothing = search ? (
    <Text c="dimmed">{t('noneFound')}</Text>
  ) : (
    <Empty icon={IconSend} title={t('empty')} help={t('emptyHelp')}>
      {begin}
    </Empty>
  );
  return (
    <Page title={t('title')} actions={begin}>
      <Stack>
        {(pages.items.length > 0 || search) && (
          <TextInput
            leftSection={<IconSearch size={16} />}
            aria-label={t('search')}
            placeholder={t('search')}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            w={{ base: '100%', sm: 280 }}
          />
        )}
        <Listing pages={pages} empty={nothing}>
          <DataTable
            label={t('title')}
            rows={pages.items}
            rowKey={({ id }) => id}
            rowLink={({ id }) => `/broadcasts/${id}`}
            minWidth={320}
            columns={columns}
            everything={pages.everything}
          />
        </Listing>
      </Stack>
    </Page>
  );
}

function useColumns(): Column<BroadcastItem>[] {
  const { t } = useTranslation(['broadcasts', 'home', 'app']);
  const { number, percent, moment } = useFormat();
  const rate = (value: number | null) => (value === null ? '–' : percent(value));
  return [
    {
      key: 'name',
      title: t('broadcasts:name'),
      show: (item) => (
        <>
          <Anchor component={Link} to={`/broadcasts/${item.id}`} fw={600}>
            {item.name}
          </Anchor>
          {item.channel && (
            <Text size="sm" c="dimmed">
              {t(`app:channel.${item.channel}`)}
            </Text>
          )}
        </>
      ),
      csv: ({ name }) => name,
    },
    {
      key: 'status',
      title: t('broadcasts:status'),
      show: ({ status }) => <StatusBadge status={status} />,
      csv: ({ status }) => status.kind,
    },
    {
      key: 'audience',
      title: t('broadcasts:audience.title'),
      wide: true,
      show: (item) => (
        <>
          {item.audience === null ? '–' : number(item.audience)}
          {item.segment && (
            <Text size="xs" c="dimmed">
              {item.segment}
            </Text>
          )}
        </>
      ),
      csv: ({ audience }) => audience,
    },
    {
      key: 'at',
      title: t('broadcasts:sendsAt'),
      wide: true,
      show: ({ sends_at: at }) => (at ? <time dateTime={at}>{moment(at)}</time> : '–'),
      csv: ({ sends_at }) => sends_at,
    },
    { key: 'sent', title: t('home:sent'), right: true, show: ({ sent }) => number(sent), csv: ({ sent }) => sent },
    {
      key: 'opens',
      title: t('home:openRate'),
      right: true,
      wide: true,
      show: (item) => rate(share(item.opened, item.open_trackable)),
      csv: (item) => share(item.opened, item.open_trackable),
    },
    {
      key: 'clicks',
      title: t('home:clickRate'),
      right: true,
      wide: true,
      show: (item) => rate(share(item.clicked, item.click_trackable)),
      csv: (item) => share(item.clicked, item.click_trackable),
    },
    {
      key: 'revenue',
      title: t('home:revenue'),
      right: true,
      wide: true,
      show: ({ revenue }) => <Revenue amounts={revenue} />,
      csv: ({ revenue }) => revenue.map(({ amount, currency }) => `${amount} ${currency ?? ''}`.trim()).join('; '),
    },
  ];
}

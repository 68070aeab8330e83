import { Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconMailOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { campaigns } from '@/api/campaigns';
import { api, take } from '@/api/client';
import type { Channel, Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { MessageRows } from './MessageRows';

const CHANNELS: Channel[] = ['email', 'sms', 'whatsapp', 'push', 'silent_push', 'in_app'];
const STATES: Schemas['MessageState'][] = [
  'reserved',
  'deferred',
  'accepted',
  'delivered',
  'bounced',
  'failed',
  'unknown',
  'skipped',
];
const FILTERS = ['campaign', 'customer', 'channel', 'state'] as const;

/** The ledger: every message that was attempted, and what became of it. */
export function Component() {
  const { t } = useTranslation(['messages', 'app']);
  const [params, setParams] = useSearchParams();
  const list = useQuery(campaigns.list());
  const [customer, setCustomer] = useState(params.get('customer') ?? '');
  const wanted = Object.fromEntries(FILTERS.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : [])));
  const pages = usePages(
    ['messages', wanted],
    (page) => take(api.GET('/messages', { params: { query: { ...page, ...wanted } } })),
    { every: 5_000 },
  );

  function narrow(name: (typeof FILTERS)[number], value: string | null) {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: true });
  }
  const ask = useDebouncedCallback((value: string) => narrow('customer', value), 400);

  return (
    <Page title={t('messages:title')}>
      <Stack>
        <SimpleGrid cols={{ base: 2, sm: 4 }} maw={960}>
          <Select
            label={t('messages:campaign')}
            placeholder={t('messages:any')}
            clearable
            searchable
            data={(list.data?.items ?? []).map((each) => ({ value: each.slug, label: each.name }))}
            value={params.get('campaign')}
            onChange={(value) => narrow('campaign', value)}
          />
          <Select
            label={t('messages:channel')}
            placeholder={t('messages:any')}
            clearable
            data={CHANNELS.map((each) => ({ value: each, label: t(`app:channel.${each}`) }))}
            value={params.get('channel')}
            onChange={(value) => narrow('channel', value)}
          />
          <Select
            label={t('messages:state')}
            placeholder={t('messages:any')}
            clearable
            data={STATES.map((each) => ({ value: each, label: t(`app:messageState.${each}`) }))}
            value={params.get('state')}
            onChange={(value) => narrow('state', value)}
          />
          <TextInput
            label={t('messages:customer')}
            placeholder={t('messages:customerId')}
            value={customer}
            onChange={(event) => {
              setCustomer(event.currentTarget.value);
              ask(event.currentTarget.value.trim());
            }}
          />
        </SimpleGrid>
        <Listing pages={pages} empty={<Empty icon={IconMailOff} title={t('messages:none')} />}>
          <MessageRows messages={pages.items} everything={pages.everything} />
        </Listing>
      </Stack>
    </Page>
  );
}

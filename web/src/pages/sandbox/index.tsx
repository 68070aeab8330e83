import { Group, SegmentedControl, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconInboxOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { useMe } from '@/api/me';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Letter } from './Letter';

const CHANNELS = ['email', 'sms', 'whatsapp', 'push', 'silent_push'] as const;

/** What the sandbox's customers got, and hands to act as they would. */
export function Component() {
  const { t } = useTranslation(['sandbox', 'app']);
  const me = useMe().data;
  const [params, setParams] = useSearchParams();
  const channel = params.get('channel') ?? '';
  const customer = params.get('customer') ?? '';
  const [text, setText] = useState(customer);
  const asked = { ...(channel ? { channel } : {}), ...(customer ? { customer } : {}) };
  const found = useInfiniteQuery({
    queryKey: ['sandbox', asked],
    queryFn: ({ pageParam }) =>
      take(api.GET('/sandbox/inbox', { params: { query: { limit: 24, before: pageParam, ...asked } } })),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next_before ?? undefined,
    refetchInterval: 2_000,
    enabled: me?.sandbox ?? false,
  });

  function narrow(name: 'channel' | 'customer', value: string) {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: true });
  }
  const ask = useDebouncedCallback((value: string) => narrow('customer', value), 400);

  const pages = { ...found, items: found.data?.pages.flatMap((page) => page.items) ?? [] };
  return (
    <Page title={t('sandbox:title')}>
      {me && !me.sandbox ? (
        <Empty icon={IconInboxOff} title={t('sandbox:nowhere')} help={t('sandbox:nowhereHelp')} />
      ) : (
        <Stack>
          <Text c="dimmed" size="sm">
            {t('sandbox:help')}
          </Text>
          <Group>
            <SegmentedControl
              aria-label={t('sandbox:channel')}
              maw="100%"
              style={{ overflowX: 'auto' }}
              value={channel}
              onChange={(value) => narrow('channel', value)}
              data={[
                { value: '', label: t('sandbox:all') },
                ...CHANNELS.map((each) => ({ value: each as string, label: t(`app:channel.${each}`) })),
              ]}
            />
            <TextInput
              aria-label={t('sandbox:customer')}
              placeholder={t('sandbox:customer')}
              value={text}
              onChange={(event) => {
                setText(event.currentTarget.value);
                ask(event.currentTarget.value.trim());
              }}
            />
          </Group>
          <Listing pages={pages} empty={<Empty icon={IconInboxOff} title={t('sandbox:empty')} />}>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {pages.items.map((item) => (
                <Letter key={item.id} letter={item} />
              ))}
            </SimpleGrid>
          </Listing>
        </Stack>
      )}
    </Page>
  );
}

import { Button, Modal, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconMailCheck, IconMailOff, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import type { Suppression } from '@/api/contact';
import { useMay } from '@/api/me';
import { usePages } from '@/api/usePages';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Lift } from './Lift';
import { Rows } from './Rows';
import { REASONS } from './reasons';
import { Suppress } from './Suppress';

const FILTERS = ['search', 'channel', 'reason'] as const;
type Filter = (typeof FILTERS)[number];

/** Addresses that nothing is sent to, and why. */
export function Component() {
  const { t } = useTranslation(['contacting', 'app']);
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState(params.get('search') ?? '');
  const [lifting, lift] = useState<Suppression | null>(null);
  const mayAdd = useMay('marketer');
  const mayLift = useMay('operator');
  const wanted = Object.fromEntries(FILTERS.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : [])));
  const pages = usePages(['suppressions', wanted], (page) =>
    take(api.GET('/suppressions', { params: { query: { ...page, ...wanted } } })),
  );
  const narrowed = Object.keys(wanted).length > 0;

  function put(name: Filter | 'new', value: string | null) {
    setParams(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === null || (value === '' && name !== 'new')) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: name !== 'new' },
    );
  }
  const ask = useDebouncedCallback((value: string) => put('search', value), 300);
  const add = mayAdd && (
    <Button leftSection={<IconMailOff size={16} />} onClick={() => put('new', '')}>
      {t('contacting:suppressions.new')}
    </Button>
  );

  return (
    <Page title={t('contacting:suppressions.title')} actions={add}>
      <Stack>
        <Text c="dimmed" maw={720}>
          {t('contacting:suppressions.help')}
        </Text>
        <SimpleGrid cols={{ base: 2, sm: 3 }} maw={760}>
          <TextInput
            label={t('contacting:suppressions.search')}
            leftSection={<IconSearch size={16} />}
            maxLength={320}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              ask(event.currentTarget.value.trim());
            }}
          />
          <Select
            label={t('contacting:suppressions.channel')}
            clearable
            placeholder={t('contacting:suppressions.any')}
            data={(['email', 'sms', 'whatsapp'] as const).map((each) => ({
              value: each,
              label: t(`app:channel.${each}`),
            }))}
            value={params.get('channel')}
            onChange={(value) => put('channel', value)}
          />
          <Select
            label={t('contacting:suppressions.reason')}
            clearable
            placeholder={t('contacting:suppressions.any')}
            data={REASONS.map((each) => ({ value: each, label: t(`contacting:suppressions.reasons.${each}`) }))}
            value={params.get('reason')}
            onChange={(value) => put('reason', value)}
          />
        </SimpleGrid>
        <Listing
          pages={pages}
          empty={
            narrowed ? (
              <Empty icon={IconMailCheck} title={t('contacting:suppressions.noneFound')} />
            ) : (
              <Empty
                icon={IconMailCheck}
                title={t('contacting:suppressions.empty')}
                help={t('contacting:suppressions.emptyHelp')}
              />
            )
          }
        >
          <Rows items={pages.items} everything={pages.everything} lift={mayLift ? lift : undefined} />
        </Listing>
      </Stack>
      <Modal
        opened={mayAdd && params.get('new') !== null}
        onClose={() => put('new', null)}
        title={t('contacting:suppressions.new')}
      >
        <Suppress done={() => put('new', null)} />
      </Modal>
      {lifting && <Lift shown={lifting} close={() => lift(null)} />}
    </Page>
  );
}

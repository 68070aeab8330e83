import { Button, Code, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { IconClipboardOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { useFormat } from '@/lib/useFormat';
import { CampaignName } from '@/ui/CampaignNames';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { useAuditWords } from './words';

const FILTERS = ['actor', 'kind', 'subject'] as const;

/** Who changed what, and when. */
export function Component() {
  const { t } = useTranslation('audit');
  const may = useMay('operator');
  const [params, setParams] = useSearchParams();
  const asked = Object.fromEntries(FILTERS.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : [])));
  const [typed, setTyped] = useState<Record<string, string>>(asked as Record<string, string>);
  const ask = useDebouncedCallback((wanted: Record<string, string>) => {
    setParams(Object.fromEntries(Object.entries(wanted).filter(([, value]) => value.trim() !== '')), { replace: true });
  }, 400);
  const pages = usePages(
    ['audit', asked],
    (page) => take(api.GET('/audit', { params: { query: { ...page, ...asked } } })),
    { enabled: may },
  );
  if (!may) return <Empty alone icon={IconClipboardOff} title={t('refused')} />;
  return (
    <Page title={t('title')}>
      <Stack>
        <SimpleGrid cols={{ base: 2, sm: 3 }} maw={720}>
          {FILTERS.map((name) => (
            <TextInput
              key={name}
              label={t(name)}
              value={typed[name] ?? ''}
              onChange={(event) => {
                const next = { ...typed, [name]: event.currentTarget.value };
                setTyped(next);
                ask(next);
              }}
            />
          ))}
        </SimpleGrid>
        <Listing pages={pages} empty={<Empty icon={IconClipboardOff} title={t('empty')} />}>
          <Rows entries={pages.items} everything={pages.everything} />
        </Listing>
      </Stack>
    </Page>
  );
}

type Entry = Schemas['AuditView'];

function Rows({ entries, everything }: { entries: Entry[]; everything: () => Promise<Entry[]> }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  return (
    <DataTable
      label={t('title')}
      rows={entries}
      rowKey={({ id }) => String(id)}
      minWidth={560}
      everything={everything}
      columns={[
        { key: 'when', title: t('when'), show: ({ at }) => format.exact(at), csv: ({ at }) => at },
        { key: 'actor', title: t('actor'), show: ({ actor }) => actor, csv: ({ actor }) => actor },
        {
          key: 'what',
          title: t('what'),
          show: (entry) => <What entry={entry} />,
          csv: ({ action }) => action,
        },
        { key: 'kind', title: t('kind'), csv: ({ kind }) => kind },
        { key: 'subject', title: t('subject'), csv: ({ subject }) => subject },
        { key: 'before', title: t('before'), csv: ({ before }) => (before ? JSON.stringify(before) : null) },
        { key: 'after', title: t('after'), csv: ({ after }) => (after ? JSON.stringify(after) : null) },
      ]}
    />
  );
}

function What({ entry }: { entry: Entry }) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  const [opened, { toggle }] = useDisclosure();
  const parts = (['before', 'after'] as const).filter((part) => entry[part]);
  return (
    <>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {words.action(entry)} · {words.kind(entry.kind)} ·{' '}
        <b>{entry.kind === 'campaign' ? <CampaignName slug={entry.subject} /> : entry.subject}</b>
      </Text>
      {parts.length > 0 && (
        <Button variant="subtle" size="compact-xs" ml={-7} onClick={toggle} aria-expanded={opened}>
          {t(opened ? 'hide' : 'show')}
        </Button>
      )}
      {opened &&
        parts.map((part) => (
          <div key={part}>
            <Text size="xs" c="dimmed">
              {t(part)}
            </Text>
            <Code block mah={320} style={{ overflow: 'auto' }} tabIndex={0}>
              {JSON.stringify(entry[part], null, 2)}
            </Code>
          </div>
        ))}
    </>
  );
}

import { Button, Code, Collapse, Group, Stack, Table, Text, TextInput } from '@mantine/core';
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
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';

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
    (cursor) => take(api.GET('/audit', { params: { query: { limit: 50, cursor, ...asked } } })),
    { enabled: may },
  );
  if (!may) return <Empty icon={IconClipboardOff} title={t('refused')} />;
  return (
    <Page title={t('title')}>
      <Stack>
        <Group>
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
        </Group>
        <Listing pages={pages} empty={<Empty icon={IconClipboardOff} title={t('empty')} />}>
          <Table.ScrollContainer
            minWidth={560}
            scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('title') } }}
          >
            <Table verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('when')}</Table.Th>
                  <Table.Th>{t('actor')}</Table.Th>
                  <Table.Th>{t('what')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {pages.items.map((entry) => (
                  <Row key={entry.id} entry={entry} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Listing>
      </Stack>
    </Page>
  );
}

function Row({ entry }: { entry: Schemas['AuditView'] }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const [opened, { toggle }] = useDisclosure();
  const told = entry.before ?? entry.after;
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{format.exact(entry.at)}</Table.Td>
      <Table.Td>{entry.actor}</Table.Td>
      <Table.Td>
        <Text size="sm">
          {entry.action} · {entry.kind} · <b>{entry.subject}</b>
        </Text>
        {told && (
          <>
            <Button variant="subtle" size="compact-xs" onClick={toggle} aria-expanded={opened}>
              {t(opened ? 'hide' : 'show')}
            </Button>
            <Collapse expanded={opened}>
              {entry.before && (
                <>
                  <Text size="xs" c="dimmed">
                    {t('before')}
                  </Text>
                  <Code block>{JSON.stringify(entry.before, null, 2)}</Code>
                </>
              )}
              {entry.after && (
                <>
                  <Text size="xs" c="dimmed">
                    {t('after')}
                  </Text>
                  <Code block>{JSON.stringify(entry.after, null, 2)}</Code>
                </>
              )}
            </Collapse>
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

import { Anchor, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import type { Customer } from '@/api/types';
import { usePages } from '@/api/usePages';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Since } from '@/ui/Since';
import { nameOf } from './name';

export function Component() {
  const { t } = useTranslation('customers');
  const [params, setParams] = useSearchParams();
  const search = params.get('search') ?? '';
  const [text, setText] = useState(search);
  const ask = useDebouncedCallback(
    (wanted: string) => setParams(wanted ? { search: wanted } : {}, { replace: true }),
    300,
  );
  const pages = usePages(['customers', search], (cursor) =>
    take(api.GET('/customers', { params: { query: { limit: 50, cursor, ...(search ? { search } : {}) } } })),
  );
  return (
    <Page title={t('title')}>
      <Stack>
        <TextInput
          leftSection={<IconSearch size={16} />}
          aria-label={t('search')}
          placeholder={t('search')}
          value={text}
          maxLength={120}
          maw={420}
          onChange={(event) => {
            setText(event.currentTarget.value);
            ask(event.currentTarget.value.trim());
          }}
        />
        <Listing
          pages={pages}
          empty={
            <Empty
              icon={IconUsers}
              title={t(search ? 'noneFound' : 'empty')}
              help={search ? undefined : t('emptyHelp')}
            />
          }
        >
          <Rows customers={pages.items} />
        </Listing>
      </Stack>
    </Page>
  );
}

function Rows({ customers }: { customers: Customer[] }) {
  const { t } = useTranslation('customers');
  return (
    <Table verticalSpacing="sm" highlightOnHover layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('name')}</Table.Th>
          <Table.Th>{t('address')}</Table.Th>
          <Table.Th visibleFrom="sm">{t('place')}</Table.Th>
          <Table.Th visibleFrom="sm">{t('seen')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {customers.map((customer) => (
          <Table.Tr key={customer.id}>
            <Table.Td>
              <Anchor
                component={Link}
                to={`/customers/${encodeURIComponent(customer.external_id ?? customer.id)}`}
                fw={600}
              >
                {nameOf(customer)}
              </Anchor>
              <Text size="sm" c="dimmed" truncate>
                {customer.external_id}
              </Text>
            </Table.Td>
            <Table.Td>
              <Text size="sm" truncate>
                {customer.email}
              </Text>
              <Text size="sm" c="dimmed">
                {customer.phone}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">{[customer.city, customer.country].filter(Boolean).join(', ')}</Table.Td>
            <Table.Td visibleFrom="sm">{customer.last_seen_at ? <Since at={customer.last_seen_at} /> : '–'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

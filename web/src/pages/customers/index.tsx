import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import { usePages } from '@/api/usePages';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { pathOf, useCustomerColumns } from './columns';

export function Component() {
  const { t } = useTranslation('customers');
  const [params, setParams] = useSearchParams();
  const search = params.get('search') ?? '';
  const [text, setText] = useState(search);
  const ask = useDebouncedCallback(
    (wanted: string) => setParams(wanted ? { search: wanted } : {}, { replace: true }),
    300,
  );
  const pages = usePages(['customers', search], (page) =>
    take(api.GET('/customers', { params: { query: { ...page, ...(search ? { search } : {}) } } })),
  );
  const columns = useCustomerColumns();
  const { t: words } = useTranslation('home');
  const mayImport = useMay('operator');
  function clear() {
    setText('');
    setParams({}, { replace: true });
  }
  return (
    <Page title={t('title')}>
      <Stack>
        <Group gap="sm">
          <TextInput
            leftSection={<IconSearch size={16} />}
            aria-label={t('search')}
            placeholder={t('search')}
            value={text}
            maxLength={120}
            w={{ base: '100%', sm: 420 }}
            onChange={(event) => {
              setText(event.currentTarget.value);
              ask(event.currentTarget.value.trim());
            }}
          />
          <Total search={search} />
        </Group>
        <Listing
          pages={pages}
          empty={
            <Empty
              icon={IconUsers}
              title={t(search ? 'noneFound' : 'empty')}
              help={search ? undefined : t('emptyHelp')}
            >
              {search ? (
                <Button variant="light" onClick={clear}>
                  {words('customers.clear')}
                </Button>
              ) : (
                mayImport && (
                  <Button component={Link} to="/imports?new">
                    {words('customers.import')}
                  </Button>
                )
              )}
            </Empty>
          }
        >
          <DataTable
            label={t('title')}
            columns={columns}
            rows={pages.items}
            rowKey={({ id }) => id}
            rowLink={pathOf}
            minWidth={320}
            everything={pages.everything}
          />
        </Listing>
      </Stack>
    </Page>
  );
}

/** How many there are in all. */
function Total({ search }: { search: string }) {
  const { t } = useTranslation('home');
  const { number } = useFormat();
  const found = useQuery({
    queryKey: ['customers', 'count', search],
    queryFn: () => take(api.GET('/customer-count', { params: { query: search ? { search } : {} } })),
    placeholderData: keepPreviousData,
  }).data;
  const shown = found ? number(found.count) : '';
  return (
    <Text size="sm" c="dimmed" role="status">
      {found && (found.more ? t('customers.more', { shown }) : t('customers.count', { count: found.count, shown }))}
    </Text>
  );
}

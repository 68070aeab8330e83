import { Button, Stack, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import { usePages } from '@/api/usePages';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { pathOf, useCustomerColumns } from './columns';
import { Filters } from './Filters';
import { type Filter, narrows, useFilter } from './useFilter';

export function Component() {
  const { t } = useTranslation('customers');
  const [filter, setFilter] = useFilter();
  const pages = usePages(['customers', filter], (page) =>
    take(api.GET('/customers', { params: { query: { ...page, ...filter } } })),
  );
  const columns = useCustomerColumns();
  return (
    <Page title={t('title')}>
      <Stack>
        <Filters filter={filter} onChange={setFilter} />
        <Total filter={filter} />
        <Listing pages={pages} empty={<Nobody filter={filter} clear={() => setFilter({ order: filter.order })} />}>
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

function Nobody({ filter, clear }: { filter: Filter; clear: () => void }) {
  const { t } = useTranslation('customers');
  const { t: words } = useTranslation('home');
  const mayImport = useMay('operator');
  const sought = narrows(filter);
  return (
    <Empty icon={IconUsers} title={t(sought ? 'noneFound' : 'empty')} help={sought ? undefined : t('emptyHelp')}>
      {sought ? (
        <Button variant="light" onClick={clear}>
          {words('list.clear')}
        </Button>
      ) : (
        mayImport && (
          <Button component={Link} to="/imports?new">
            {words('customers.import')}
          </Button>
        )
      )}
    </Empty>
  );
}

/** How many there are in all. */
function Total({ filter: { order: _, ...narrow } }: { filter: Filter }) {
  const { t } = useTranslation('home');
  const { number } = useFormat();
  const found = useQuery({
    queryKey: ['customers', 'count', narrow],
    queryFn: () => take(api.GET('/customer-count', { params: { query: narrow } })),
    placeholderData: keepPreviousData,
  }).data;
  const shown = found ? number(found.count) : '';
  return (
    <Text size="sm" c="dimmed" role="status" mih={20}>
      {found && (found.more ? t('customers.more', { shown }) : t('customers.count', { count: found.count, shown }))}
    </Text>
  );
}

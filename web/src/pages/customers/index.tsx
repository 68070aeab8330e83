import { Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { usePages } from '@/api/usePages';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { useCustomerColumns } from './columns';

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
          <DataTable
            label={t('title')}
            columns={columns}
            rows={pages.items}
            rowKey={({ id }) => id}
            minWidth={320}
            everything={pages.everything}
          />
        </Listing>
      </Stack>
    </Page>
  );
}

import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { home } from '@/api/home';
import { useMay } from '@/api/me';
import type { CampaignItem } from '@/api/types';
import { DataTable, type Sorting } from '@/ui/DataTable';
import { BulkActions } from './BulkActions';
import { useCampaignColumns } from './columns';
import { Filters } from './Filters';
import { passes } from './filter';
import { useFilter } from './useFilter';

/** All campaigns, to be searched, filtered, sorted and changed several at a time; each row leads to its campaign. */
export function List({ all }: { all: CampaignItem[] }) {
  const { t } = useTranslation('campaigns');
  const { t: words } = useTranslation('home');
  const [filter, setFilter] = useFilter();
  const [sorting, setSorting] = useState<Sorting>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const may = useMay('marketer');
  const launches = useQuery(home.next()).data?.launches ?? [];
  const columns = useCampaignColumns(new Map(launches.map((launch) => [launch.slug, launch])));
  const shown = all.filter((item) => passes(item, filter));
  const selected = shown.filter(({ slug }) => chosen.has(slug));
  return (
    <Stack>
      <Filters all={all} filter={filter} onChange={setFilter} count={shown.length} />
      {selected.length > 0 && <BulkActions all={all} selected={selected} done={() => setChosen(new Set())} />}
      {shown.length === 0 ? (
        <Stack align="flex-start" gap="xs">
          <Text c="dimmed">{t('noneFound')}</Text>
          <Button variant="light" onClick={() => setFilter({})}>
            {words('list.clear')}
          </Button>
        </Stack>
      ) : (
        <DataTable
          label={t('title')}
          rows={shown}
          rowKey={({ slug }) => slug}
          rowLink={({ slug }) => `/campaigns/${slug}/edit`}
          minWidth={320}
          columns={columns}
          sorting={sorting}
          onSort={setSorting}
          selection={may ? { chosen, onChange: setChosen, name: ({ name }) => name } : undefined}
        />
      )}
    </Stack>
  );
}

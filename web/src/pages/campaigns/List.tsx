import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { home } from '@/api/home';
import type { CampaignItem, CampaignState } from '@/api/types';
import { DataTable, type Sorting } from '@/ui/DataTable';
import { useCampaignColumns } from './columns';

const STATES: CampaignState[] = ['draft', 'active', 'paused', 'retired', 'stopped'];
const ALL = 'all';

/** All campaigns, to be searched, filtered and sorted; each row leads to its campaign. */
export function List({ all }: { all: CampaignItem[] }) {
  const { t } = useTranslation('campaigns');
  const { t: words } = useTranslation('home');
  const [text, setText] = useState('');
  const [state, setState] = useState(ALL);
  const [sorting, setSorting] = useState<Sorting>();
  const launches = useQuery(home.next()).data?.launches ?? [];
  const columns = useCampaignColumns(new Map(launches.map((launch) => [launch.slug, launch])));
  const wanted = text.trim().toLowerCase();
  const shown = all.filter(
    (item) => (state === ALL || item.state === state) && `${item.name} ${item.slug}`.toLowerCase().includes(wanted),
  );
  const present = STATES.filter((each) => all.some((item) => item.state === each));
  function clear() {
    setText('');
    setState(ALL);
  }
  return (
    <Stack>
      <Group gap="sm">
        <TextInput
          leftSection={<IconSearch size={16} />}
          aria-label={t('search')}
          placeholder={t('search')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          w={{ base: '100%', sm: 280 }}
        />
        {present.length > 1 && (
          <SegmentedControl
            aria-label={t('state')}
            value={state}
            onChange={setState}
            w="fit-content"
            maw="100%"
            style={{ overflowX: 'auto' }}
            data={[
              { value: ALL, label: t('all') },
              ...present.map((each) => ({ value: each, label: t(`states.${each}`) })),
            ]}
          />
        )}
        <Text size="sm" c="dimmed" role="status">
          {words('list.count', { count: shown.length })}
        </Text>
      </Group>
      {shown.length === 0 ? (
        <Stack align="flex-start" gap="xs">
          <Text c="dimmed">{t('noneFound')}</Text>
          <Button variant="light" onClick={clear}>
            {words('list.clear')}
          </Button>
        </Stack>
      ) : (
        <DataTable
          label={t('title')}
          rows={shown}
          rowKey={({ id }) => id}
          rowLink={({ slug }) => `/campaigns/${slug}/edit`}
          minWidth={320}
          columns={columns}
          sorting={sorting}
          onSort={setSorting}
        />
      )}
    </Stack>
  );
}

import { Anchor, Button, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconSearch, IconSitemap } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { campaigns } from '@/api/campaigns';
import { useMay } from '@/api/me';
import type { CampaignItem, CampaignState } from '@/api/types';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { StateBadge } from '@/ui/StateBadge';
import { NewCampaign } from './NewCampaign';

const STATES: CampaignState[] = ['draft', 'active', 'paused', 'retired', 'stopped'];

export function Component() {
  const { t } = useTranslation('campaigns');
  const [params, setParams] = useSearchParams();
  const list = useQuery(campaigns.list());
  const may = useMay('marketer');
  const creating = may && params.get('new') !== null;
  const open = () => setParams({ new: '' });
  return (
    <Page
      title={t('title')}
      actions={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            {t('new')}
          </Button>
        )
      }
    >
      {list.isPending && <Loading />}
      {list.error && <Problem error={list.error} retry={() => list.refetch()} />}
      {list.data?.items.length === 0 && (
        <Empty icon={IconSitemap} title={t('empty')} help={t('emptyHelp')}>
          {may && <Button onClick={open}>{t('new')}</Button>}
        </Empty>
      )}
      {list.data && list.data.items.length > 0 && <List all={list.data.items} />}
      <NewCampaign opened={creating} close={() => setParams({})} />
    </Page>
  );
}

function List({ all }: { all: CampaignItem[] }) {
  const { t } = useTranslation('campaigns');
  const [text, setText] = useState('');
  const [state, setState] = useState('all');
  const wanted = text.trim().toLowerCase();
  const shown = all.filter(
    (item) => (state === 'all' || item.state === state) && `${item.name} ${item.slug}`.toLowerCase().includes(wanted),
  );
  const present = STATES.filter((each) => all.some((item) => item.state === each));
  return (
    <Stack>
      <Stack gap="xs">
        <TextInput
          leftSection={<IconSearch size={16} />}
          aria-label={t('search')}
          placeholder={t('search')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maw={360}
        />
        {present.length > 1 && (
          <SegmentedControl
            aria-label={t('state')}
            value={state}
            onChange={setState}
            w="fit-content"
            data={[
              { value: 'all', label: t('all') },
              ...present.map((each) => ({ value: each, label: t(`states.${each}`) })),
            ]}
          />
        )}
      </Stack>
      {shown.length === 0 ? <Text c="dimmed">{t('noneFound')}</Text> : <Rows campaigns={shown} />}
    </Stack>
  );
}

function Rows({ campaigns }: { campaigns: CampaignItem[] }) {
  const { t } = useTranslation('campaigns');
  const { number } = useFormat();
  return (
    <DataTable
      label={t('title')}
      rows={campaigns}
      rowKey={({ id }) => id}
      minWidth={320}
      columns={[
        {
          key: 'name',
          title: t('name'),
          show: (item) => (
            <>
              <Anchor component={Link} to={`/campaigns/${item.slug}/edit`} fw={600}>
                {item.name}
              </Anchor>
              <Text size="sm" c="dimmed" lineClamp={1}>
                {item.description}
              </Text>
            </>
          ),
          csv: ({ name }) => name,
        },
        { key: 'slug', title: t('create.slug'), csv: ({ slug }) => slug },
        {
          key: 'state',
          title: t('state'),
          show: ({ state }) => <StateBadge state={state} />,
          csv: ({ state }) => state,
        },
        {
          key: 'watch',
          title: t('watch'),
          show: (item) =>
            item.current_version !== null && (
              <Anchor component={Link} to={`/campaigns/${item.slug}/monitor`} size="sm">
                {t('monitor')}
              </Anchor>
            ),
        },
        ...(['active', 'entered', 'conversions'] as const).map((key) => ({
          key,
          title: t(key),
          show: (item: CampaignItem) => (item.current_version === null ? null : number(item[key])),
          csv: (item: CampaignItem) => item[key],
          right: true,
          wide: key !== 'active',
        })),
        {
          key: 'version',
          title: t('version'),
          show: (item) => item.current_version ?? <Text c="dimmed">{t('none')}</Text>,
          csv: (item) => item.current_version,
          wide: true,
        },
        {
          key: 'changed',
          title: t('changed'),
          show: ({ updated_at: at }) => <Since at={at} />,
          csv: ({ updated_at }) => updated_at,
          wide: true,
        },
      ]}
    />
  );
}

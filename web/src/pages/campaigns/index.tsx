import { Anchor, Button, SegmentedControl, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconPlus, IconSearch, IconSitemap } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { campaigns } from '@/api/campaigns';
import { useMay } from '@/api/me';
import type { CampaignState, CampaignSummary } from '@/api/types';
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
  const creating = params.get('new') !== null;
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

function List({ all }: { all: CampaignSummary[] }) {
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
      {shown.length === 0 ? (
        <Text c="dimmed">{t('noneFound')}</Text>
      ) : (
        <Table.ScrollContainer minWidth={320}>
          <Table verticalSpacing="sm" highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('name')}</Table.Th>
                <Table.Th>{t('state')}</Table.Th>
                <Table.Th>{t('watch')}</Table.Th>
                <Table.Th visibleFrom="sm">{t('version')}</Table.Th>
                <Table.Th visibleFrom="sm">{t('changed')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((item) => (
                <Row key={item.id} item={item} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

function Row({ item }: { item: CampaignSummary }) {
  const { t } = useTranslation('campaigns');
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={`/campaigns/${item.slug}/edit`} fw={600}>
          {item.name}
        </Anchor>
        <Text size="sm" c="dimmed" lineClamp={1}>
          {item.description}
        </Text>
      </Table.Td>
      <Table.Td>
        <StateBadge state={item.state} />
      </Table.Td>
      <Table.Td>
        {item.current_version !== null && (
          <Anchor component={Link} to={`/campaigns/${item.slug}/monitor`} size="sm">
            {t('monitor')}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">{item.current_version ?? <Text c="dimmed">{t('none')}</Text>}</Table.Td>
      <Table.Td visibleFrom="sm">
        <Since at={item.updated_at} />
      </Table.Td>
    </Table.Tr>
  );
}

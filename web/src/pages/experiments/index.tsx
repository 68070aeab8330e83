import { Anchor, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFlask, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type ExperimentItem, readPage, type Stage } from '@/api/experiments';
import { usePages } from '@/api/usePages';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { StateBadge } from './StateBadge';

const EVERY_MS = 10_000;
const STAGES = ['all', 'running', 'decided', 'draft', 'archived'] as const;
type Shown = (typeof STAGES)[number];

/** Experiments of all campaigns: what was tried, and what came of it. */
export function Component() {
  const { t } = useTranslation('experiments');
  const [shown, show] = useState<Shown>('all');
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 250);
  const stage: Stage | undefined = shown === 'all' ? undefined : shown;
  const pages = usePages(
    ['experiments', 'list', shown, search],
    (page) => readPage({ ...page, ...(search ? { search } : {}), ...(stage ? { stage } : {}) }),
    { every: EVERY_MS },
  );
  const narrowed = search !== '' || shown !== 'all';
  const nothing = narrowed ? (
    <Text c="dimmed">{t('noneFound')}</Text>
  ) : (
    <Empty icon={IconFlask} title={t('empty')} help={t('emptyHelp')} />
  );
  return (
    <Page title={t('title')}>
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
          <SegmentedControl
            maw="100%"
            style={{ overflowX: 'auto' }}
            aria-label={t('stages')}
            value={shown}
            onChange={(value) => show(value as Shown)}
            data={STAGES.map((each) => ({ value: each, label: t(`stage.${each}`) }))}
          />
        </Group>
        <Listing pages={pages} empty={nothing}>
          <DataTable
            label={t('title')}
            rows={pages.items}
            rowKey={({ id }) => id}
            rowLink={({ id }) => `/experiments/${id}`}
            minWidth={320}
            columns={useColumns()}
            everything={pages.everything}
          />
        </Listing>
      </Stack>
    </Page>
  );
}

function useColumns(): Column<ExperimentItem>[] {
  const { t } = useTranslation('experiments');
  const { number, percent, moment } = useFormat();
  return [
    {
      key: 'name',
      title: t('name'),
      show: (item) => (
        <>
          <Anchor component={Link} to={`/experiments/${item.id}`} fw={600}>
            {item.name}
          </Anchor>
          <Text size="sm" c="dimmed" lineClamp={2}>
            {item.hypothesis}
          </Text>
        </>
      ),
      csv: ({ name }) => name,
    },
    { key: 'hypothesis', title: t('plan.hypothesis'), csv: ({ hypothesis }) => hypothesis },
    {
      key: 'campaign',
      title: t('campaign'),
      wide: true,
      show: (item) => (
        <Anchor component={Link} to={`/campaigns/${item.campaign}/monitor`}>
          {item.campaign_name}
        </Anchor>
      ),
      csv: ({ campaign }) => campaign,
    },
    {
      key: 'state',
      title: t('stateTitle'),
      show: ({ state, ramp }) => <StateBadge state={state} ramp={ramp} />,
      csv: ({ state }) => state,
    },
    {
      key: 'winner',
      title: t('winner'),
      wide: true,
      show: ({ winner_label }) => winner_label || '–',
      csv: ({ winner_label }) => winner_label,
    },
    {
      key: 'exposed',
      title: t('customers'),
      right: true,
      wide: true,
      show: ({ exposed, progress }) => (
        <>
          {number(exposed)}
          <Text size="xs" c="dimmed">
            {percent(progress)}
          </Text>
        </>
      ),
      csv: ({ exposed }) => exposed,
    },
    {
      key: 'started',
      title: t('started'),
      wide: true,
      show: ({ started_at: at }) => (at ? <time dateTime={at}>{moment(at)}</time> : '–'),
      csv: ({ started_at }) => started_at,
    },
  ];
}

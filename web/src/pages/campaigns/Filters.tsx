import { Group, MultiSelect, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CampaignItem, CampaignState } from '@/api/types';
import { type Filter, labelsOf, NO_FOLDER } from './filter';

const STATES: CampaignState[] = ['draft', 'active', 'paused', 'retired', 'stopped'];
const ALL = 'all';

type Props = { all: CampaignItem[]; filter: Filter; onChange: (filter: Filter) => void; count: number };

/** What narrows the list; status, folder and tags once there are several. */
export function Filters({ all, filter, onChange, count }: Props) {
  const { t } = useTranslation('campaigns');
  const { t: words } = useTranslation('home');
  const present = STATES.filter((each) => all.some((item) => item.state === each));
  return (
    <Group gap="sm">
      <TextInput
        leftSection={<IconSearch size={16} />}
        aria-label={t('search')}
        placeholder={t('search')}
        value={filter.search ?? ''}
        onChange={(event) => onChange({ ...filter, search: event.currentTarget.value })}
        w={{ base: '100%', sm: 240 }}
      />
      {present.length > 1 && (
        <SegmentedControl
          aria-label={t('state')}
          value={filter.state ?? ALL}
          onChange={(state) => onChange({ ...filter, state: state === ALL ? undefined : state })}
          w="fit-content"
          maw="100%"
          style={{ overflowX: 'auto' }}
          data={[
            { value: ALL, label: t('all') },
            ...present.map((each) => ({ value: each, label: t(`states.${each}`) })),
          ]}
        />
      )}
      <LabelFilters all={all} filter={filter} onChange={onChange} />
      <Text size="sm" c="dimmed" role="status">
        {words('list.count', { count })}
      </Text>
    </Group>
  );
}

function LabelFilters({ all, filter, onChange }: Omit<Props, 'count'>) {
  const { t } = useTranslation('campaigns');
  const { folders, tags } = labelsOf(all);
  return (
    <>
      {folders.length > 0 && (
        <Select
          aria-label={t('labels.folder')}
          placeholder={t('labels.anyFolder')}
          clearable
          searchable
          value={filter.folder ?? null}
          onChange={(folder) => onChange({ ...filter, folder: folder ?? undefined })}
          data={[...folders, { value: NO_FOLDER, label: t('labels.noFolder') }]}
          w={{ base: '100%', sm: 170 }}
        />
      )}
      {tags.length > 0 && (
        <MultiSelect
          aria-label={t('labels.tags')}
          placeholder={filter.tags?.length ? undefined : t('labels.anyTag')}
          clearable
          searchable
          value={filter.tags ?? []}
          onChange={(chosen) => onChange({ ...filter, tags: chosen })}
          data={tags}
          w={{ base: '100%', sm: 200 }}
        />
      )}
    </>
  );
}

import { Group, MultiSelect, Select, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CampaignItem } from '@/api/types';
import { type Filter, labelsOf, NO_FOLDER } from './filter';

type Kind = CampaignItem['status']['kind'];

const STATUSES: Kind[] = [
  'draft',
  'ready',
  'scheduled',
  'sending',
  'active',
  'sent',
  'paused',
  'finishing',
  'ended',
  'failed',
];

type Props = { all: CampaignItem[]; filter: Filter; onChange: (filter: Filter) => void; count: number };

/** What narrows the list; status, folder and tags once there are several. */
export function Filters({ all, filter, onChange, count }: Props) {
  const { t } = useTranslation('campaigns');
  const { t: words } = useTranslation('home');
  const present = STATUSES.filter((each) => each === filter.status || all.some((item) => item.status.kind === each));
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
      {(present.length > 1 || filter.status) && (
        <Select
          aria-label={words('list.status')}
          placeholder={t('anyStatus')}
          clearable
          value={filter.status ?? null}
          onChange={(status) => onChange({ ...filter, status: status ?? undefined })}
          data={present.map((each) => ({
            value: each,
            label: each === 'sending' ? t('sendingNow') : t(`status.${each}`, { percent: 0 }),
          }))}
          w={{ base: '100%', sm: 170 }}
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

import { Alert, Button, Group, Text } from '@mantine/core';
import { IconFolder, IconPlayerPause, IconPlayerPlay, IconTag, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pauseCampaign, resumeCampaign } from '@/api/campaigns';
import { useMay } from '@/api/me';
import type { CampaignItem } from '@/api/types';
import { LabelDialog, type LabelTask } from './LabelDialog';

type Props = { all: CampaignItem[]; selected: CampaignItem[]; done: () => void };
type Failure = { name: string; error: Error };

/** One after the other; what fails does not keep the others. */
async function each(items: CampaignItem[], act: (slug: string) => Promise<unknown>): Promise<Failure[]> {
  const failed: Failure[] = [];
  for (const { slug, name } of items) {
    try {
      await act(slug);
    } catch (error) {
      failed.push({ name, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }
  return failed;
}

/** What can be done with several campaigns at once. */
export function BulkActions({ all, selected, done }: Props) {
  const { t } = useTranslation('campaigns');
  const client = useQueryClient();
  const operates = useMay('operator');
  const [task, setTask] = useState<LabelTask>();
  const running = useMutation({
    mutationFn: ({ items, act }: { items: CampaignItem[]; act: (slug: string) => Promise<unknown> }) =>
      each(items, act),
    onSettled: () => client.invalidateQueries({ queryKey: ['campaigns'] }),
  });
  const active = selected.filter(({ state }) => state === 'active');
  const paused = selected.filter(({ state }) => state === 'paused');
  return (
    <>
      <Group gap="xs" role="toolbar" aria-label={t('bulk.title')}>
        <Text size="sm" fw={600}>
          {t('bulk.selected', { count: selected.length })}
        </Text>
        <Button size="xs" variant="default" leftSection={<IconTag size={14} />} onClick={() => setTask('tags')}>
          {t('bulk.tags')}
        </Button>
        <Button size="xs" variant="default" leftSection={<IconFolder size={14} />} onClick={() => setTask('folder')}>
          {t('bulk.folder')}
        </Button>
        {operates && active.length > 0 && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerPause size={14} />}
            loading={running.isPending}
            onClick={() => running.mutate({ items: active, act: pauseCampaign })}
          >
            {t('bulk.pause', { count: active.length })}
          </Button>
        )}
        {operates && paused.length > 0 && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerPlay size={14} />}
            loading={running.isPending}
            onClick={() => running.mutate({ items: paused, act: resumeCampaign })}
          >
            {t('bulk.resume', { count: paused.length })}
          </Button>
        )}
        <Button size="xs" variant="subtle" leftSection={<IconX size={14} />} onClick={done}>
          {t('bulk.clear')}
        </Button>
      </Group>
      {running.data?.map(({ name, error }) => (
        <Alert key={name} color="red" title={t('bulk.failed', { name })}>
          {error.message}
        </Alert>
      ))}
      {task && <LabelDialog task={task} all={all} selected={selected} close={() => setTask(undefined)} />}
    </>
  );
}

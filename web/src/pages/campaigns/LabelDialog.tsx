import { Autocomplete, Button, Group, Modal, Stack, TagsInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelCampaigns } from '@/api/campaigns';
import type { CampaignItem } from '@/api/types';
import { Problem } from '@/ui/Problem';
import { labelsOf } from './filter';

export type LabelTask = 'tags' | 'folder';
type Props = { task: LabelTask; all: CampaignItem[]; selected: CampaignItem[]; close: () => void };

/** Tags or the folder of the selected campaigns. */
export function LabelDialog({ task, all, selected, close }: Props) {
  const { t } = useTranslation('campaigns');
  const { folders, tags } = labelsOf(all);
  const before = sharedTags(selected);
  const [names, setNames] = useState(before);
  const [folder, setFolder] = useState(sharedFolder(selected));
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: () => {
      const slugs = selected.map(({ slug }) => slug);
      if (task === 'folder')
        return labelCampaigns({ slugs, add_tags: [], remove_tags: [], folder: folder.trim() || null });
      const gone = before.filter((name) => !names.includes(name));
      return labelCampaigns({ slugs, add_tags: names, remove_tags: gone });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['campaigns'] });
      close();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }
  return (
    <Modal opened onClose={close} title={t(`labels.${task}`)}>
      <form onSubmit={submit}>
        <Stack>
          {task === 'tags' ? (
            <TagsInput
              label={t('labels.tags')}
              description={t('labels.tagsHelp', { count: selected.length })}
              data={tags}
              value={names}
              onChange={setNames}
              maxTags={20}
              acceptValueOnBlur
              data-autofocus
            />
          ) : (
            <Autocomplete
              label={t('labels.folder')}
              description={t('labels.folderHelp')}
              data={folders}
              value={folder}
              onChange={setFolder}
              maxLength={60}
              data-autofocus
            />
          )}
          {saving.error && <Problem error={saving.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={saving.isPending}>
              {t('labels.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The tags that all of them have: others are left as they are. */
function sharedTags(items: CampaignItem[]): string[] {
  return (items[0]?.tags ?? []).filter((tag) => items.every(({ tags }) => tags.includes(tag)));
}

function sharedFolder(items: CampaignItem[]): string {
  const first = items[0]?.folder ?? '';
  return items.every(({ folder }) => (folder ?? '') === first) ? first : '';
}

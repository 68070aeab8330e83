import { Button, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { createCampaign } from '@/api/campaigns';
import type { Campaign, Flow } from '@/api/types';
import { Problem } from '@/ui/Problem';
import { merge } from '../graph/merge';
import { useEditor, useEditorStore } from '../store';
import { Changes } from './versions/Changes';

/** Two people changed the draft. Whatever is chosen, the other drawing is one "undo" away: nothing is lost. */
export function Conflict({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const client = useQueryClient();
  const theirs = useEditor((editor) => editor.theirs);
  const base = useEditor((editor) => editor.saved);
  const mine = useEditor((editor) => editor.history.present);
  const settle = (flow: Flow, other: Flow) => {
    if (!theirs) return;
    store.setState({ theirs: null, saved: theirs.flow, revision: theirs.revision, saving: 'unsaved' });
    store.getState().edit(() => other);
    store.getState().edit(() => flow);
  };
  const copying = useMutation({
    mutationFn: () =>
      createCampaign({
        slug: `${campaign.slug.slice(0, 50)}-${crypto.randomUUID().slice(0, 6)}`,
        name: t('conflict.copyName', { name: campaign.name.slice(0, 100) }),
        description: campaign.description,
        flow: mine,
      }),
    onSuccess: (made) => {
      if (theirs) settle(theirs.flow, mine);
      notifications.show({ message: t('conflict.copied', { name: made.name }) });
      return client.invalidateQueries({ queryKey: ['campaigns'] });
    },
  });
  if (!theirs) return null;
  const merged = merge(base, mine, theirs.flow);
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title={t('conflict.title')} size="lg">
      <Stack>
        <Text size="sm">{t('conflict.help')}</Text>
        <Text size="sm" fw={600}>
          {t('conflict.theirs')}
        </Text>
        <Changes before={base} after={theirs.flow} />
        <Text size="sm" fw={600}>
          {t('conflict.mine')}
        </Text>
        <Changes before={base} after={mine} />
        <Button onClick={() => settle(merged.flow, theirs.flow)}>
          {merged.conflicts.length === 0
            ? t('conflict.both')
            : t('conflict.bothMine', { count: merged.conflicts.length })}
        </Button>
        <Button variant="default" onClick={() => settle(mine, theirs.flow)}>
          {t('conflict.keepMine')}
        </Button>
        <Button variant="default" onClick={() => settle(theirs.flow, mine)}>
          {t('conflict.takeTheirs')}
        </Button>
        <Button variant="default" loading={copying.isPending} onClick={() => copying.mutate()}>
          {t('conflict.copy')}
        </Button>
        {copying.error && <Problem error={copying.error} />}
      </Stack>
    </Modal>
  );
}

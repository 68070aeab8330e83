import { Button, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Flow } from '@/api/types';
import { merge } from '../graph/merge';
import { useEditor, useEditorStore } from '../store';
import { Changes } from './Changes';

/** Two people changed the draft. Whatever is chosen, the other drawing is one "undo" away: nothing is lost. */
export function Conflict() {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const theirs = useEditor((editor) => editor.theirs);
  const base = useEditor((editor) => editor.saved);
  const mine = useEditor((editor) => editor.history.present);
  if (!theirs) return null;
  const merged = merge(base, mine, theirs.flow);
  const settle = (flow: Flow, other: Flow) => {
    store.setState({ theirs: null, saved: theirs.flow, revision: theirs.revision, saving: 'unsaved' });
    store.getState().edit(() => other);
    store.getState().edit(() => flow);
  };
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
      </Stack>
    </Modal>
  );
}

import { Button, Drawer, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { campaigns } from '@/api/campaigns';
import type { Flow } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { Since } from '@/ui/Since';
import { readFlow } from '../graph/model';
import { useEditor, useEditorStore, useFlow } from '../store';
import { Changes } from './Changes';

const DRAFT = 'draft';

/** Published versions: compare any two (or one with the draft), and take an old one as the draft. */
export function Versions({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation('builder');
  return (
    <Drawer opened={opened} onClose={close} position="right" size="md" title={t('versions.title')}>
      <History close={close} />
    </Drawer>
  );
}

function History({ close }: { close: () => void }) {
  const { t } = useTranslation('builder');
  const slug = useEditor((editor) => editor.slug);
  const versions = useQuery(campaigns.versions(slug));
  const items = versions.data?.items ?? [];
  const [chosenLeft, setLeft] = useState<string | null>(null);
  const [right, setRight] = useState(DRAFT);
  const left = chosenLeft ?? String(items[0]?.number ?? DRAFT);
  if (versions.isPending) return <Loading />;
  if (items.length === 0) return <Text c="dimmed">{t('versions.none')}</Text>;
  const choices = [
    { value: DRAFT, label: t('versions.draft') },
    ...items.map(({ number }) => ({ value: String(number), label: t('versions.number', { number }) })),
  ];
  return (
    <Stack>
      <Group grow>
        <Select
          label={t('versions.from')}
          allowDeselect={false}
          data={choices}
          value={left}
          onChange={(next) => next && setLeft(next)}
        />
        <Select
          label={t('versions.to')}
          allowDeselect={false}
          data={choices}
          value={right}
          onChange={(next) => next && setRight(next)}
        />
      </Group>
      <Compared left={left} right={right} />
      {items.map((version) => (
        <Paper key={version.id} withBorder p="sm">
          <Group justify="space-between">
            <div>
              <Text fw={600}>{t('versions.number', { number: version.number })}</Text>
              <Text size="sm" c="dimmed" component="div">
                <Since at={version.published_at} />
              </Text>
            </div>
            <Restore number={version.number} done={close} />
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}

/** The flow of a version, or the draft. */
function useFlowOf(which: string): Flow | null {
  const slug = useEditor((editor) => editor.slug);
  const draft = useFlow();
  const version = useQuery({ ...campaigns.version(slug, Number(which)), enabled: which !== DRAFT });
  return which === DRAFT ? draft : version.data ? readFlow(version.data.flow) : null;
}

function Compared({ left, right }: { left: string; right: string }) {
  const before = useFlowOf(left);
  const after = useFlowOf(right);
  return before && after ? <Changes before={before} after={after} /> : <Loading />;
}

function Restore({ number, done }: { number: number; done: () => void }) {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const { slug, readOnly } = store.getState();
  const version = useQuery({ ...campaigns.version(slug, number), enabled: false });
  if (readOnly) return null;
  const restore = async () => {
    const found = await version.refetch();
    if (!found.data) return;
    const flow = readFlow(found.data.flow);
    store.getState().edit(() => flow);
    done();
  };
  return (
    <Button size="xs" variant="default" loading={version.isFetching} onClick={restore}>
      {t('versions.restore')}
    </Button>
  );
}

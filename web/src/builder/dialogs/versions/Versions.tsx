import { Button, Grid, Group, Modal, Paper, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { campaigns } from '@/api/campaigns';
import type { Flow } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { Since } from '@/ui/Since';
import { readFlow } from '../../graph/read';
import { useEditor, useEditorStore, useFlow } from '../../store';
import { Changes } from './Changes';

const Comparison = lazy(() => import('./Comparison'));
const DRAFT = 'draft';

/** Published versions: compare any two (or one with the draft), and take an old one as the draft. */
export function Versions({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation('builder');
  return (
    <Modal opened={opened} onClose={close} size="min(1280px, 96vw)" title={t('versions.title')}>
      <History close={close} />
    </Modal>
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
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 3 }}>
        <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
          {items.map((version, index) => (
            <Paper key={version.id} component="li" withBorder p="sm">
              <Text fw={600}>{t('versions.number', { number: version.number })}</Text>
              <Text size="sm" c="dimmed" component="div">
                <Since at={version.published_at} />
              </Text>
              <Group gap="xs" mt={6}>
                <Button
                  size="compact-xs"
                  variant="light"
                  onClick={() => {
                    setLeft(String(items[index + 1]?.number ?? version.number));
                    setRight(String(version.number));
                  }}
                >
                  {t('versions.what')}
                </Button>
                <Restore number={version.number} done={close} />
              </Group>
            </Paper>
          ))}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 9 }}>
        <Stack>
          <Group grow maw={520}>
            <Select label={t('versions.from')} data={choices} value={left} onChange={(next) => next && setLeft(next)} />
            <Select label={t('versions.to')} data={choices} value={right} onChange={(next) => next && setRight(next)} />
          </Group>
          <Compared left={left} right={right} />
        </Stack>
      </Grid.Col>
    </Grid>
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
  if (!before || !after) return <Loading />;
  return (
    <>
      <Suspense fallback={<Loading />}>
        <Comparison before={before} after={after} />
      </Suspense>
      <Changes before={before} after={after} />
    </>
  );
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
    <Button size="compact-xs" variant="default" loading={version.isFetching} onClick={restore}>
      {t('versions.restore')}
    </Button>
  );
}

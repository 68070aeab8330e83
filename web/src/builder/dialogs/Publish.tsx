import { Alert, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns, publish } from '@/api/campaigns';
import type { Campaign, Flow } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { same } from '../graph/diff';
import { readFlow } from '../graph/model';
import { titleOf } from '../kinds';
import { useEditor, useEditorStore, useFlow } from '../store';
import { Changes } from './Changes';
import { Launch } from './Launch';

type Props = { opened: boolean; close: () => void; campaign: Campaign };

export function Publish({ opened, close, campaign }: Props) {
  const { t } = useTranslation('builder');
  return (
    <Modal opened={opened} onClose={close} title={t('publish.title')} size="lg">
      <Steps campaign={campaign} close={close} />
    </Modal>
  );
}

/** First what changes and for whom, then publish, then launch. */
function Steps({ campaign, close }: { campaign: Campaign; close: () => void }) {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const client = useQueryClient();
  const draft = useFlow();
  const problems = useEditor((editor) => editor.problems.length);
  const saving = useEditor((editor) => editor.saving);
  const number = campaign.current_version ?? 0;
  const current = useQuery({ ...campaigns.version(campaign.slug, number), enabled: number > 0 });
  const publishing = useMutation({
    mutationFn: () => publish(campaign.slug),
    onSettled: () => client.invalidateQueries({ queryKey: ['campaigns'] }),
  });
  if (number > 0 && current.isPending) return <Loading />;
  const published = current.data ? readFlow(current.data.flow) : null;
  const unchanged = published !== null && same(published, draft);
  if (problems > 0) {
    return (
      <Alert color="red" title={t('publish.problems', { count: problems })}>
        <Button
          size="xs"
          variant="light"
          color="red"
          onClick={() => {
            close();
            store.getState().show('problems');
          }}
        >
          {t('publish.showProblems')}
        </Button>
      </Alert>
    );
  }
  return (
    <Stack>
      {published ? <Changes before={published} after={draft} /> : <Text size="sm">{t('publish.first')}</Text>}
      {number > 0 && <Inside slug={campaign.slug} draft={draft} number={number} />}
      {publishing.error && <Problem error={publishing.error} />}
      {unchanged ? (
        <Alert color="teal" icon={<IconCheck />} role="status">
          {t('publish.done', { number })}
        </Alert>
      ) : (
        <Group justify="flex-end">
          <Button loading={publishing.isPending} disabled={saving !== 'saved'} onClick={() => publishing.mutate()}>
            {number > 0 ? t('publish.again', { number: number + 1 }) : t('publish.go')}
          </Button>
        </Group>
      )}
      {number > 0 && published && <Launch campaign={campaign} flow={published} />}
    </Stack>
  );
}

/** Who walks the version that is being replaced, and where they stand. */
function Inside({ slug, draft, number }: { slug: string; draft: Flow; number: number }) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const report = useQuery(campaigns.report(slug));
  const inside = Object.entries(report.data?.inside ?? {});
  const total = inside.reduce((sum, [, count]) => sum + count, 0);
  if (!report.data) return null;
  return (
    <Alert color="gray" title={t('builder:publish.inside', { count: total })}>
      {total > 0 && (
        <>
          <Text size="sm">{t('builder:publish.stay', { number })}</Text>
          <List size="sm" mt={4}>
            {inside.map(([id, count]) => {
              const node = draft.nodes.find((each) => each.id === id);
              return (
                <List.Item key={id}>{t('builder:publish.at', { count, name: node ? titleOf(node, t) : id })}</List.Item>
              );
            })}
          </List>
        </>
      )}
    </Alert>
  );
}

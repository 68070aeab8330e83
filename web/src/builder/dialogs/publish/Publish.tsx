import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { campaigns, move as moveThem, publish } from '@/api/campaigns';
import type { Campaign } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { same } from '../../graph/diff';
import { readFlow } from '../../graph/model';
import { useEditor, useEditorStore, useFlow } from '../../store';
import { Changes } from '../versions/Changes';
import { Inside, type Move } from './Inside';
import { Launch } from './Launch';
import { Moving } from './Moving';
import { When } from './When';

type Props = { opened: boolean; close: () => void; campaign: Campaign };

export function Publish({ opened, close, campaign }: Props) {
  const { t } = useTranslation('builder');
  return (
    <Modal opened={opened} onClose={close} title={t('publish.title')} size="xl">
      <Steps campaign={campaign} close={close} />
    </Modal>
  );
}

/** First what changes and for whom, then publish, then launch. */
function Steps({ campaign, close }: { campaign: Campaign; close: () => void }) {
  const { t } = useTranslation('builder');
  const draft = useFlow();
  const problems = useEditor((editor) => editor.problems.length);
  const number = campaign.current_version ?? 0;
  const current = useQuery({ ...campaigns.version(campaign.slug, number), enabled: number > 0 });
  const confirming = useConfirming(campaign);
  if (problems > 0) return <ToMend count={problems} close={close} />;
  if (number > 0 && current.isPending) return <Loading />;
  const published = current.data ? readFlow(current.data.flow) : null;
  const unchanged = published !== null && same(published, draft);
  const inside = <Confirm key="inside" campaign={campaign} unchanged={unchanged} confirming={confirming} />;
  // What is published is launched next. Who is inside comes below, since a launch makes that grow.
  const launching = published && (
    <Stack key="launch">
      {unchanged && (
        <Alert color="teal" icon={<IconCheck />} role="status">
          {t('publish.done', { number })}
        </Alert>
      )}
      <Launch campaign={campaign} flow={published} changed={!unchanged} />
    </Stack>
  );
  return (
    <Stack>
      {published ? <Changes before={published} after={draft} /> : <Text size="sm">{t('publish.first')}</Text>}
      <When />
      {unchanged ? [launching, inside] : [inside, launching]}
    </Stack>
  );
}

type Confirmed = { unchanged: boolean; move: Move };

/** Publishes what is not published yet, then moves those inside if they are to move. */
function useConfirming(campaign: Campaign) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ unchanged, move }: Confirmed) => {
      const version = unchanged ? (campaign.current_version ?? 0) : (await publish(campaign.slug)).number;
      return move === null ? null : moveThem(campaign.slug, version, move);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['campaigns'] }),
  });
}

function ToMend({ count, close }: { count: number; close: () => void }) {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const show = () => {
    close();
    store.getState().show('problems');
  };
  return (
    <Alert color="red" title={t('publish.problems', { count })}>
      <Button size="xs" variant="light" color="red" onClick={show}>
        {t('publish.showProblems')}
      </Button>
    </Alert>
  );
}

type ConfirmProps = { campaign: Campaign; unchanged: boolean; confirming: ReturnType<typeof useConfirming> };

/** What becomes of those inside, and the button. A draft that is published already can still be moved to. */
function Confirm({ campaign, unchanged, confirming }: ConfirmProps) {
  const { t } = useTranslation('builder');
  const draft = useFlow();
  const { saving, revision } = useEditor((editor) => editor);
  const [move, setMove] = useState<Move>(null);
  const number = campaign.current_version ?? 0;
  const confirm = () => confirming.mutate({ unchanged, move }, { onSuccess: () => setMove(null) });
  const hasJourneys = number > 0 && campaign.state !== 'stopped' && saving === 'saved';
  return (
    <>
      {hasJourneys && (
        <Inside
          slug={campaign.slug}
          to={unchanged ? number : 'draft'}
          revision={revision}
          flow={draft}
          move={move}
          setMove={setMove}
        />
      )}
      {confirming.error && <Problem error={confirming.error} />}
      {confirming.data && <Moving slug={campaign.slug} id={confirming.data.id} />}
      {(!unchanged || move !== null) && (
        <Group justify="flex-end">
          <Button loading={confirming.isPending} disabled={saving !== 'saved'} onClick={confirm}>
            {unchanged
              ? t('publish.moveNow')
              : number === 0
                ? t('publish.go')
                : t(move === null ? 'publish.again' : 'publish.againMove', { number: number + 1 })}
          </Button>
        </Group>
      )}
    </>
  );
}

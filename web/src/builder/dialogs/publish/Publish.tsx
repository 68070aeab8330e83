import { Alert, Button, Modal, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { campaigns, move as moveThem, publish } from '@/api/campaigns';
import type { Campaign, Flow } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { same } from '../../graph/diff';
import { readFlow } from '../../graph/read';
import { useEditor, useEditorStore, useFlow } from '../../store';
import { Changes } from '../versions/Changes';
import { Decide } from './Decide';
import { Inside, type Move } from './Inside';
import { Launch } from './Launch';
import { Moving } from './Moving';
import { Reviewed, useReview } from './Reviewed';
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
  // not once it is shown: whoever presses "Send now" publishes by it, and what follows must not lose its place
  const shown = useRef(false);
  if (number > 0 && current.isPending && !shown.current) return <Loading />;
  if (problems > 0) return <ToMend count={problems} close={close} />;
  shown.current = true;
  const published = current.data ? readFlow(current.data.flow) : null;
  const unchanged = published !== null && same(published, draft);
  return (
    <Stack>
      {published ? <Changes before={published} after={draft} /> : <Text size="sm">{t('publish.first')}</Text>}
      {unchanged && (
        <Alert color="teal" icon={<IconCheck />} role="status">
          {t('publish.done', { number })}
        </Alert>
      )}
      <Confirm campaign={campaign} unchanged={unchanged} confirming={confirming} published={published} />
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
    onSuccess: () => client.invalidateQueries({ queryKey: ['campaigns'] }),
    // not waited for: without a network, reading anew takes its tries, and what went wrong is to be said at once
    onError: () => void client.invalidateQueries({ queryKey: ['campaigns'] }),
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

type ConfirmProps = {
  campaign: Campaign;
  unchanged: boolean;
  published: Flow | null;
  confirming: ReturnType<typeof useConfirming>;
};

/** Who gets it, what becomes of those inside, and the buttons. A draft that is published already can be moved to. */
function Confirm({ campaign, unchanged, published, confirming }: ConfirmProps) {
  const { t } = useTranslation('builder');
  const draft = useFlow();
  const { saving, revision } = useEditor((editor) => editor);
  const [move, setMove] = useState<Move>(null);
  const [runId, setRunId] = useState<string | null>(null);
  const review = useReview(campaign.slug, revision, saving === 'saved');
  const number = campaign.current_version ?? 0;
  const publish = async () => {
    await confirming.mutateAsync({ unchanged, move });
    setMove(null);
  };
  const hasJourneys = number > 0 && campaign.state !== 'stopped' && saving === 'saved';
  return (
    <>
      <Reviewed query={review} marketing={draft.settings.category === 'marketing'} />
      <When zones={review.data?.zones} />
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
      {published && <Launch campaign={campaign} flow={published} changed={!unchanged} runId={runId} />}
      {confirming.error && <Problem error={confirming.error} />}
      {confirming.data && <Moving campaign={campaign} id={confirming.data.id} />}
      <Decide
        campaign={campaign}
        unchanged={unchanged}
        publish={publish}
        publishing={confirming.isPending}
        hasWork={!unchanged || move !== null}
        publishLabel={
          unchanged
            ? t('publish.moveNow')
            : number === 0
              ? t('publish.go')
              : t(move === null ? 'publish.again' : 'publish.againMove', { number: number + 1 })
        }
        review={review}
        launched={setRunId}
      />
    </>
  );
}

import { Alert, Button, Checkbox, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconSend } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { campaigns, launch } from '@/api/campaigns';
import { ApiError, api, take } from '@/api/client';
import type { Condition, Flow, Schemas } from '@/api/types';
import { localeOf } from '@/lib/locale';
import { Problem } from '@/ui/Problem';
import { offerUndo } from '@/ui/undo';
import { NoConsent } from './NoConsent';
import { useUndoLaunch } from './undo';

/** As `campaigns.launch.REPEAT_WINDOW`: a launch so soon after another one must be meant. */
const REPEAT_MS = 10 * 60_000;

type Props = {
  opened: boolean;
  close: () => void;
  slug: string;
  /** What the campaign is called. */
  name: string;
  /** What is launched. */
  flow: Flow;
  /** How many of the audience no channel reaches; undefined where not all were looked at. */
  unreachable?: number;
  /** What it would come to; undefined while that is counted. */
  review?: Schemas['ReviewView'];
  /** What is done first: the draft is published. */
  before?: () => Promise<unknown>;
  launched: (runId: string) => void;
};

/**
 * Asks once more before a launch: to how many, and what was sent last. A press beside it does not close it: the buttons
 * move when an error comes or goes, and whoever presses several times would not see what became of the launch.
 */
export function ConfirmLaunch({ opened, close, ...props }: Props) {
  const { t } = useTranslation('builder');
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('confirm.title')}
      aria-label={t('confirm.title')}
      size="md"
      role="alertdialog"
      closeOnClickOutside={false}
    >
      <Question close={close} {...props} />
    </Modal>
  );
}

function Question({ close, slug, name, flow, unreachable = 0, review, before, launched }: Omit<Props, 'opened'>) {
  const { t, i18n } = useTranslation('builder');
  const client = useQueryClient();
  const [key] = useState(() => crypto.randomUUID()); // of this question: presses and retries are one launch
  const [again, setAgain] = useState(false);
  const count = useAudience(flow);
  const runs = useQuery({ ...campaigns.runs(slug), staleTime: 0 });
  const launching = useMutation({
    mutationFn: async () => {
      await before?.();
      return launch(slug, key, again);
    },
    onSuccess: ({ run_id }) => done(run_id),
    onSettled: () => void client.invalidateQueries({ queryKey: ['campaigns'] }),
  });
  const undoing = useUndoLaunch(slug, name);
  const done = (runId: string) => {
    launched(runId);
    close();
    offerUndo({
      id: `undo-${runId}`,
      message: t('launch.told', { name }),
      label: t('launch.undo'),
      undo: () => undoing.mutate(runId),
    });
  };
  // the press arrived, and its answer was lost on the way back
  const own = launching.isError ? runs.data?.items.find((run) => run.workflow_id.endsWith(`/${key}`)) : undefined;
  useEffect(() => {
    if (own) done(own.id);
  });
  const last = runs.data?.items.find(({ state }) => state !== 'refused' && state !== 'cancelled');
  const refused = launching.error instanceof ApiError && launching.error.code === 'launched_lately';
  const repeated = refused || (last !== undefined && Date.now() - Date.parse(last.created_at) < REPEAT_MS);
  const number = count?.toLocaleString(i18n.language) ?? '…';
  return (
    <Stack gap="md">
      <Text>{count === undefined ? <Loader size="xs" /> : t('confirm.audience', { count, number })}</Text>
      {unreachable > 0 && (
        <Text size="sm">
          {t('confirm.unreachable', { count: unreachable, number: unreachable.toLocaleString(i18n.language) })}
        </Text>
      )}
      <NoConsent review={review} />
      {last ? <Last run={last} /> : <Text size="sm">{t('confirm.never')}</Text>}
      {repeated && (
        <Alert color="orange" icon={<IconAlertTriangle />} title={t('confirm.twice')}>
          <Checkbox
            label={t('confirm.again')}
            checked={again}
            onChange={(event) => setAgain(event.currentTarget.checked)}
          />
        </Alert>
      )}
      {launching.error && !refused && <Problem error={launching.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t('confirm.cancel')}
        </Button>
        <Button
          leftSection={<IconSend size={16} />}
          loading={launching.isPending}
          disabled={launching.isSuccess || !runs.data || count === undefined || (repeated && !again)}
          onClick={() => launching.mutate()}
        >
          {t(last || repeated ? 'confirm.sendAgain' : 'confirm.send', { number })}
        </Button>
      </Group>
    </Stack>
  );
}

function Last({ run }: { run: Schemas['RunView'] }) {
  const { t, i18n } = useTranslation('builder');
  const at = new Date(run.created_at).toLocaleString(localeOf(i18n.language), {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const count = run.audience ?? 0;
  return (
    <Text size="sm" data-testid="last-launch">
      {t('confirm.last', { at, version: run.version, count, number: count.toLocaleString(i18n.language) })}
    </Text>
  );
}

/** How many are in the entry's segment now; undefined while they are counted. */
function useAudience(flow: Flow): number | undefined {
  const trigger = flow.nodes.find((node) => node.type === 'entry')?.data.trigger;
  const condition: Condition | null =
    trigger?.kind !== 'segment'
      ? null
      : (trigger.condition ?? { kind: 'segment', segment_id: trigger.segment_id ?? '' });
  const counted = useQuery({
    queryKey: ['condition', condition, 'exact'],
    queryFn: () =>
      take(api.POST('/segments/preview', { body: { condition: condition as Condition, sample: 0, exact: true } })),
    enabled: condition !== null,
    staleTime: 0,
  });
  return counted.data?.count;
}

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCalendarRepeat, IconSend } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns, turnScheduleOn } from '@/api/campaigns';
import type { Campaign, FlowSettings, Schemas } from '@/api/types';
import { localeOf } from '@/lib/locale';
import { Problem } from '@/ui/Problem';
import { sayRecurrence } from '../../settings/sayRecurrence';
import { useEditor, useFlow } from '../../store';
import { ConfirmLaunch } from './ConfirmLaunch';
import { NoConsent } from './NoConsent';
import type { useReview } from './Reviewed';
import { UndoButton } from './UndoButton';
import { useLastLaunch } from './undo';

type Props = {
  campaign: Campaign;
  /** Whether the draft is what is published. */
  unchanged: boolean;
  /** Publishes the draft if it is not, and moves those inside if they are to move. */
  publish: () => Promise<unknown>;
  publishing: boolean;
  /** What the button that only publishes is called. */
  publishLabel: string;
  /** Whether publishing has something to do. */
  hasWork: boolean;
  review: ReturnType<typeof useReview>;
  launched: (runId: string) => void;
};

/** The one decisive button, and the one that only publishes. */
export function Decide({ campaign, unchanged, publish, publishing, publishLabel, hasWork, review, launched }: Props) {
  const { t, i18n } = useTranslation('builder');
  const flow = useFlow();
  const saved = useEditor((editor) => editor.saving === 'saved');
  const [asked, ask] = useDisclosure();
  const trigger = flow.nodes.find((node) => node.type === 'entry')?.data.trigger.kind;
  const planned = (flow.settings as FlowSettings | undefined)?.schedule ?? null;
  const schedule = useQuery({ ...campaigns.schedule(campaign.slug), enabled: planned !== null });
  const open = campaign.state === 'active' || campaign.state === 'draft';
  const audience = review.data?.audience ?? null;
  const isSending = trigger === 'segment' && planned === null && open;
  const isActivating = trigger === 'segment' && planned !== null && open && (!schedule.data?.on || !unchanged);
  const when = planned ? sayRecurrence(planned, localeOf(i18n.language), t) : '';
  const last = useLastLaunch(campaign.slug, isSending);
  const sentBefore = isSending && Boolean(last);
  const decisive = (isSending && !sentBefore) || isActivating;
  return (
    <Group justify="flex-end" className="review-decide">
      {hasWork && (
        <Button
          variant={decisive ? 'default' : 'filled'}
          loading={publishing}
          disabled={!saved}
          onClick={() => void publish().catch(() => undefined)}
        >
          {publishLabel}
        </Button>
      )}
      {sentBefore && (
        <>
          <UndoButton slug={campaign.slug} name={campaign.name} />
          <Button
            variant="default"
            leftSection={<IconSend size={16} />}
            disabled={!saved || audience === null}
            onClick={ask.open}
          >
            {t('review.sendAgain')}
          </Button>
        </>
      )}
      {isSending && !sentBefore && (
        <Button
          leftSection={<IconSend size={16} />}
          disabled={!saved || audience === null || last === undefined}
          onClick={ask.open}
        >
          {audience === null ? t('review.send') : t('confirm.send', { number: audience.toLocaleString(i18n.language) })}
        </Button>
      )}
      {isActivating && (
        <Button leftSection={<IconCalendarRepeat size={16} />} disabled={!saved} onClick={ask.open}>
          {t('review.activate', { when })}
        </Button>
      )}
      {isSending && (
        <ConfirmLaunch
          opened={asked}
          close={ask.close}
          slug={campaign.slug}
          name={campaign.name}
          flow={flow}
          review={review.data}
          unreachable={review.data?.checked === audience ? review.data?.unreachable : undefined}
          before={hasWork ? publish : undefined}
          launched={launched}
        />
      )}
      {isActivating && (
        <ConfirmSchedule
          opened={asked}
          close={ask.close}
          slug={campaign.slug}
          when={when}
          review={review.data}
          before={hasWork ? publish : undefined}
        />
      )}
    </Group>
  );
}

type ScheduleProps = {
  opened: boolean;
  close: () => void;
  slug: string;
  when: string;
  review?: Schemas['ReviewView'];
  before?: () => Promise<unknown>;
};

/** Asks once more before the clock launches the campaign. */
function ConfirmSchedule({ opened, close, slug, when, review, before }: ScheduleProps) {
  const { t } = useTranslation('builder');
  const client = useQueryClient();
  const turning = useMutation({
    mutationFn: async () => {
      await before?.();
      return turnScheduleOn(slug);
    },
    onSuccess: close,
    onSettled: () => void client.invalidateQueries({ queryKey: ['campaigns'] }),
  });
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('confirm.activateTitle')}
      size="md"
      role="alertdialog"
      closeOnClickOutside={false}
    >
      <Stack>
        <Text>{t('confirm.activate', { when })}</Text>
        <NoConsent review={review} />
        {turning.error && <Problem error={turning.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('confirm.cancel')}
          </Button>
          <Button loading={turning.isPending} disabled={turning.isSuccess} onClick={() => turning.mutate()}>
            {t('review.activate', { when })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

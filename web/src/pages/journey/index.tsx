import { Alert, Badge, Button, Grid, Group, Paper, Stack, Text, ThemeIcon, Timeline } from '@mantine/core';
import { IconDoorExit, IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { campaigns } from '@/api/campaigns';
import { api, take } from '@/api/client';
import type { Channel, FlowNode, NodeKind, Schemas } from '@/api/types';
import { nodeById } from '@/builder/graph/model';
import { readFlow } from '@/builder/graph/read';
import { kindOf, titleOf } from '@/builder/kinds';
import { portLabel } from '@/builder/kinds/portLabel';
import { useStepWords } from '@/builder/stepWords';
import { useFormat } from '@/lib/useFormat';
import { Broken } from '@/ui/Broken';
import { useCampaignName } from '@/ui/CampaignNames';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Person } from '@/ui/Person';
import { Since } from '@/ui/Since';
import { Acts } from '../failed-journeys/FailedJourneys';
import { MessageRows } from '../messages/MessageRows';
import { useExitWords } from '../monitor/words';

type Journey = Schemas['JourneyView'];
type Say = ReturnType<typeof useStepWords>;
const NONE: FlowNode[] = [];

/** One customer's walk: each step, and why it was left as it was. */
export function Component() {
  const { id = '' } = useParams();
  const found = useQuery({
    queryKey: ['journey', id],
    queryFn: () => take(api.GET('/journeys/{journey_id}', { params: { path: { journey_id: id } } })),
    refetchInterval: (query) => (query.state.data?.state === 'ended' ? false : 2_000),
  });
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/campaigns" />;
  return <Walk journey={found.data} />;
}

function Walk({ journey }: { journey: Journey }) {
  const { t } = useTranslation(['journeys', 'app']);
  const campaign = useCampaignName(journey.campaign);
  const version = useQuery(campaigns.version(journey.campaign, journey.version));
  const flow = useMemo(() => (version.data ? readFlow(version.data.flow) : null), [version.data]);
  const say = useStepWords(flow?.nodes ?? NONE);
  return (
    <Page
      title={t('journeys:title', { campaign })}
      actions={
        <Group gap="xs">
          <Button variant="default" component={Link} to={`/campaigns/${journey.campaign}/monitor`}>
            {t('journeys:campaign')}
          </Button>
          <Button
            variant="default"
            component="a"
            href={journey.temporal_url}
            target="_blank"
            rel="noreferrer"
            rightSection={<IconExternalLink size={14} />}
          >
            {t('journeys:workflow')}
          </Button>
        </Group>
      }
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <State journey={journey} say={say} />
            <Sent journey={journey.id} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          {journey.steps.length === 0 && journey.state === 'ended' && (
            <Text size="sm" c="dimmed" mb="sm">
              {t('journeys:forgotten')}
            </Text>
          )}
          <Timeline bulletSize={30} lineWidth={2} aria-label={t('journeys:steps')}>
            {journey.steps.map((step) => (
              <Step key={step.seq} step={step} say={say} node={flow ? nodeById(flow, step.node_id) : undefined} />
            ))}
            {journey.exit_reason && <Left journey={journey} say={say} reason={journey.exit_reason} />}
          </Timeline>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function State({ journey, say }: { journey: Journey; say: Say }) {
  const { t } = useTranslation(['journeys', 'app']);
  const exits = useExitWords();
  const format = useFormat();
  return (
    <Paper withBorder p="md">
      <Group gap="xs" mb="xs">
        <Person of={journey} />
        <Badge
          variant="light"
          color={journey.state === 'failed' ? 'red' : journey.state === 'ended' ? 'gray' : 'indigo'}
          tt="none"
        >
          {journey.exit_reason ? exits(journey.exit_reason) : t(`journeys:states.${journey.state}`)}
        </Badge>
      </Group>
      <Text size="sm">{say(journey.why, journey.said)}</Text>
      {journey.state === 'failed' && (
        <Alert color="red" my="xs" title={t(`journeys:failed.codes.${journey.failure_code ?? 'fault'}`)}>
          <Text size="xs" mb="xs">
            {journey.failure_error} · {journey.failed_at && <Since at={journey.failed_at} />}
          </Text>
          <Acts
            act={(act) =>
              take(api.POST(`/journeys/{journey_id}/${act}`, { params: { path: { journey_id: journey.id } } }))
            }
            retry={t('journeys:failed.retry')}
            end={t('journeys:failed.end')}
          />
        </Alert>
      )}
      {journey.waiting_until && journey.state !== 'ended' && (
        <Text size="sm">
          {t('journeys:until', { moment: format.exact(journey.waiting_until) })} (<Since at={journey.waiting_until} />)
        </Text>
      )}
      <Text size="sm" c="dimmed" mt="xs">
        {t('journeys:began', {
          moment: format.exact(journey.started_at ?? journey.created_at),
          version: journey.version,
        })}
      </Text>
      {journey.ended_at && (
        <Text size="sm" c="dimmed">
          {t('journeys:ended', { moment: format.exact(journey.ended_at) })}
        </Text>
      )}
      {Object.entries(journey.coupons).map(([prefix, code]) => (
        <Text size="sm" key={prefix}>
          {t('journeys:coupon', { code: String(code) })}
        </Text>
      ))}
    </Paper>
  );
}

type StepProps = { step: Schemas['StepView']; node: FlowNode | undefined; say: Say };

function Step({ step, node, say, ...rest }: StepProps) {
  const { t } = useTranslation(['kinds', 'app', 'journeys']);
  const kind = kindOf(step.kind as NodeKind);
  const Icon = kind.icon;
  const left = step.port && step.port !== 'next' ? (node ? portLabel(node, step.port, t) : step.port) : null;
  return (
    <Timeline.Item
      {...rest}
      bullet={
        <ThemeIcon size={30} radius="xl" variant="light" color={kind.colour}>
          <Icon size={17} stroke={1.6} />
        </ThemeIcon>
      }
      title={node ? titleOf(node, t) : step.node_id}
    >
      {left && (
        <Badge variant="default" tt="none" mb={4}>
          {left}
        </Badge>
      )}
      <Text size="sm">{say(step.why, step.said)}</Text>
      <LeftToRecord details={step.details} />
      <Text size="xs" c="dimmed">
        <Since at={step.entered_at} />
        {!step.left_at && ` · ${t('journeys:here')}`}
      </Text>
    </Timeline.Item>
  );
}

/** Which channels no model spoke for, and why not. */
function LeftToRecord({ details }: { details: Schemas['StepView']['details'] }) {
  const { t } = useTranslation(['journeys', 'app']);
  const left = Object.entries((details.left_to_record ?? {}) as Partial<Record<Channel, 'stale' | 'no_score'>>);
  return (['stale', 'no_score'] as const).map((why) => {
    const channels = left.filter(([, each]) => each === why).map(([channel]) => t(`app:channel.${channel as Channel}`));
    return (
      channels.length > 0 && (
        <Text key={why} size="xs" c="dimmed">
          {t(`journeys:toRecord.${why}`, { channels: channels.join(', ') })}
        </Text>
      )
    );
  });
}

/** The last word: when and why the customer left. */
function Left({ journey, reason, say, ...rest }: { journey: Journey; reason: string; say: Say }) {
  const { t } = useTranslation('journeys');
  const exits = useExitWords();
  return (
    <Timeline.Item
      {...rest}
      bullet={
        <ThemeIcon size={30} radius="xl" variant="light" color={reason === 'goal' ? 'teal' : 'gray'}>
          <IconDoorExit size={17} stroke={1.6} />
        </ThemeIcon>
      }
      title={t('left', { reason: exits(reason) })}
    >
      <Text size="sm">{say(journey.why, journey.said)}</Text>
      {journey.ended_at && (
        <Text size="xs" c="dimmed">
          <Since at={journey.ended_at} />
        </Text>
      )}
    </Timeline.Item>
  );
}

function Sent({ journey }: { journey: string }) {
  const { t } = useTranslation('journeys');
  const found = useQuery({
    queryKey: ['messages', 'journey', journey],
    queryFn: () => take(api.GET('/messages', { params: { query: { journey_id: journey, limit: 100 } } })),
    refetchInterval: 4_000,
  });
  if (!found.data || found.data.items.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={t('messages')}>
      <Text fw={600}>{t('messages')}</Text>
      <MessageRows messages={found.data.items} compact />
    </Paper>
  );
}

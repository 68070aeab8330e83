import { Anchor, Button, Group, Select, SimpleGrid, Stack, Tabs, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconExternalLink, IconPencil, IconRadar2, IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { campaigns } from '@/api/campaigns';
import type { LiveState } from '@/api/live';
import { useMe } from '@/api/me';
import { monitor, useLiveFigures } from '@/api/monitor';
import type { Campaign, Flow } from '@/api/types';
import { UndoButton } from '@/builder/dialogs/publish/UndoButton';
import { readFlow } from '@/builder/graph/read';
import { useFormat } from '@/lib/useFormat';
import { Broken } from '@/ui/Broken';
import { StepName } from '@/ui/CampaignNames';
import { Empty } from '@/ui/Empty';
import { Figure } from '@/ui/Figure';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Revenue, revenueText } from '@/ui/Revenue';
import { Share } from '@/ui/Share';
import { StatusBadge } from '@/ui/StatusBadge';
import { FailedJourneys } from '../failed-journeys/FailedJourneys';
import { Funnel } from './Funnel';
import { type Monitor, sum, together } from './figures';
import { LearnedFrom } from './Learned';
import { FlowMap } from './Map';
import { Messages } from './Messages';
import './monitor.css';
import { NodeDrawer } from './NodeDrawer';
import { OverTime } from './OverTime';
import { Refusals } from './Refusals';
import { Runs } from './Runs';
import { Steer } from './Steer';
import { useExitWords } from './words';

const TABS = ['map', 'messages', 'funnel', 'time', 'runs', 'refusals', 'failed', 'learned'] as const;

export function Component() {
  const { slug = '' } = useParams();
  const campaign = useQuery({ ...campaigns.one(slug), refetchInterval: 10_000 });
  if (campaign.isPending) return <Loading />;
  if (campaign.isLoadingError) return <Broken query={campaign} back="/campaigns" />;
  return <Watched campaign={campaign.data} />;
}

function Watched({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation(['monitor', 'app']);
  const [params] = useSearchParams();
  const run = params.get('run');
  const { live, state } = useLiveFigures(campaign.slug, run);
  const first = useQuery(monitor.now(campaign.slug, run));
  const figures = live ?? first.data;
  return (
    <Page
      title={campaign.name}
      actions={
        <Group gap="xs">
          <Live state={state} />
          <StatusBadge status={campaign.status} />
          {!campaign.broadcast && <UndoButton slug={campaign.slug} name={campaign.name} />}
          <Button
            variant="default"
            component={Link}
            to={campaign.broadcast ? `/broadcasts/${campaign.id}` : `/campaigns/${campaign.slug}/edit`}
            leftSection={campaign.broadcast ? <IconSend size={16} /> : <IconPencil size={16} />}
          >
            {t(campaign.broadcast ? 'toBroadcast' : 'drawing')}
          </Button>
          <Steer campaign={campaign} inside={figures?.active ?? 0} />
        </Group>
      }
    >
      {campaign.current_version === null ? (
        <Empty icon={IconRadar2} title={t('unpublished')} help={t('unpublishedHelp')}>
          <Button component={Link} to={`/campaigns/${campaign.slug}/edit`}>
            {t('drawing')}
          </Button>
        </Empty>
      ) : figures ? (
        <Body campaign={campaign} version={campaign.current_version ?? 1} run={run} figures={figures} />
      ) : first.error ? (
        <Problem error={first.error} retry={() => first.refetch()} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Live({ state }: { state: LiveState }) {
  const { t } = useTranslation('monitor');
  return (
    <Group gap={6} role="status" wrap="nowrap">
      <span className="live-dot" data-state={state} aria-hidden />
      <Text size="sm" c="dimmed">
        {t(`live.${state}`)}
      </Text>
    </Group>
  );
}

type BodyProps = { campaign: Campaign; version: number; run: string | null; figures: Monitor };

function Body({ campaign, version, run, figures }: BodyProps) {
  const [params, setParams] = useSearchParams();
  const shown = useQuery(campaigns.version(campaign.slug, version));
  const flow = useMemo(() => (shown.data ? readFlow(shown.data.flow) : null), [shown.data]);
  // a drawing is of little use on a phone: there the steps come as a list, unless the map is asked for
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const usual = narrow ? 'funnel' : 'map';
  const tab = TABS.find((each) => each === params.get('tab')) ?? usual;
  const node = params.get('node');

  function go(changes: Record<string, string | null>) {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes)) value === null ? next.delete(name) : next.set(name, value);
    setParams(next, { replace: true });
  }

  if (shown.isLoadingError) return <Problem error={shown.error} retry={() => shown.refetch()} />;
  if (!flow) return <Loading />;
  return (
    <Stack>
      <Summary figures={figures} />
      <Tabs value={tab} onChange={(next) => go({ tab: next === usual ? null : next, node: null })} keepMounted={false}>
        <Group justify="space-between" align="flex-end" gap="xs" mb="md">
          <TabStrip tab={tab} />
          <RunPicker slug={campaign.slug} run={run} choose={(next) => go({ run: next })} />
        </Group>
        <Tabs.Panel value="map">
          <FlowMap flow={flow} monitor={figures} chosen={node} choose={(next) => go({ node: next })} />
          <Elsewhere slug={campaign.slug} flow={flow} figures={figures} />
        </Tabs.Panel>
        <Tabs.Panel value="messages">
          <Messages flow={flow} monitor={figures} />
        </Tabs.Panel>
        <Tabs.Panel value="funnel">
          <Funnel flow={flow} monitor={figures} choose={(next) => go({ node: next })} />
        </Tabs.Panel>
        <Tabs.Panel value="time">
          <OverTime slug={campaign.slug} run={run} flow={flow} />
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <Runs slug={campaign.slug} />
        </Tabs.Panel>
        <Tabs.Panel value="learned">
          <LearnedFrom slug={campaign.slug} />
        </Tabs.Panel>
        <Tabs.Panel value="failed">
          <FailedJourneys slug={campaign.slug} />
        </Tabs.Panel>
        <Tabs.Panel value="refusals">
          <Refusals slug={campaign.slug} monitor={figures} />
        </Tabs.Panel>
      </Tabs>
      <NodeDrawer
        slug={campaign.slug}
        flow={flow}
        monitor={figures}
        node={tab === 'map' || tab === 'funnel' ? node : null}
        run={run}
        close={() => go({ node: null })}
      />
    </Stack>
  );
}

/** The tabs in one row; on a phone the chosen one is scrolled into sight. */
function TabStrip({ tab }: { tab: (typeof TABS)[number] }) {
  const { t } = useTranslation('monitor');
  const chosen = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another element
  useEffect(() => {
    // Danger: newer browsers answer with a promise, which React would take for the effect's clean-up.
    void chosen.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [tab]);
  return (
    <Tabs.List className="monitor-tabs">
      {TABS.map((each) => (
        <Tabs.Tab key={each} value={each} ref={each === tab ? chosen : undefined}>
          {t(`tabs.${each}`)}
        </Tabs.Tab>
      ))}
    </Tabs.List>
  );
}

function Summary({ figures }: { figures: Monitor }) {
  const { t } = useTranslation('monitor');
  const format = useFormat();
  const exits = useExitWords();
  const all = together(figures.messages);
  const ended = sum(figures.ended);
  const refused = sum(figures.rejected);
  const insideWords = (['paused', 'failed'] as const)
    .filter((each) => figures[each] > 0)
    .map((each) => t(`summary.${each}`, { n: format.number(figures[each]) }));
  const exitWords = Object.entries(figures.ended)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${exits(reason)} ${format.short(count)}`)
    .join(' · ');
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="xs">
      <Figure
        label={t('summary.entered')}
        value={format.number(figures.entered)}
        note={refused > 0 ? t('summary.refused', { n: format.number(refused) }) : undefined}
      />
      <Figure
        label={t('summary.inside')}
        value={format.number(figures.active)}
        note={insideWords.join(' · ') || undefined}
      />
      <Figure label={t('summary.ended')} value={format.number(ended)} note={exitWords} />
      <Figure
        label={t('summary.sent')}
        value={format.number(all.sent)}
        note={
          all.open_trackable > 0 && (
            <>
              {t('summary.opened')} <Share part={all.opened} of={all.open_trackable} />
            </>
          )
        }
      />
      <Figure
        label={t('summary.conversions')}
        value={format.number(figures.conversions)}
        note={<Share part={figures.conversions} of={figures.entered} />}
      />
      <Figure
        label={t('summary.revenue')}
        value={<Revenue amounts={figures.revenue} />}
        note={
          figures.refunded.length > 0
            ? t('summary.refunded', { amounts: revenueText(figures.refunded, format) })
            : undefined
        }
      />
    </SimpleGrid>
  );
}

type RunPickerProps = { slug: string; run: string | null; choose: (run: string | null) => void };

function RunPicker({ slug, run, choose }: RunPickerProps) {
  const { t } = useTranslation('monitor');
  const format = useFormat();
  const runs = useQuery(campaigns.runs(slug)).data?.items ?? [];
  const workflow = runs.find((each) => each.id === run)?.temporal_url;
  const me = useMe().data;
  if (runs.length === 0 && run === null) return null;
  const choices = runs.map((each) => ({ value: each.id, label: format.moment(each.created_at) }));
  if (run && !runs.some((each) => each.id === run)) choices.push({ value: run, label: run.slice(0, 8) });
  return (
    <Group gap="xs" wrap="nowrap">
      {me && workflow && (
        <Anchor href={workflow} target="_blank" rel="noreferrer" size="sm">
          <Group gap={4} wrap="nowrap">
            {t('workflow')} <IconExternalLink size={14} aria-hidden />
          </Group>
        </Anchor>
      )}
      <Select
        aria-label={t('run.choose')}
        placeholder={t('run.all')}
        data={choices}
        value={run}
        onChange={choose}
        clearable
        w={210}
        size="sm"
      />
    </Group>
  );
}

/** Customers who stand at a step that this version no longer has. */
function Elsewhere({ slug, flow, figures }: { slug: string; flow: Flow; figures: Monitor }) {
  const { t } = useTranslation('monitor');
  const gone = figures.nodes.filter((each) => each.active > 0 && !flow.nodes.some((node) => node.id === each.node_id));
  if (gone.length === 0) return null;
  const inside = gone.reduce((all, each) => all + each.active, 0);
  return (
    <Text size="sm" c="dimmed" mt="xs">
      {t('elsewhere', { count: inside })}
      {gone.map((each, index) => (
        <span key={each.node_id}>
          {index > 0 && ', '}
          <StepName campaign={slug} node={each.node_id} />
        </span>
      ))}
    </Text>
  );
}

import { Anchor, Button, Code, Collapse, Group, Timeline as Line, Text, ThemeIcon } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconActivity, IconMail, IconTimeline } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { campaigns } from '@/api/campaigns';
import { api, take } from '@/api/client';
import type { Channel, Customer, FlowNode, NodeKind, Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { kindOf } from '@/builder/kinds';
import { useStepWords } from '@/builder/stepWords';
import { localeOf } from '@/lib/locale';
import { type Said, useSay } from '@/lib/sentences';
import { CampaignName, StepName } from '@/ui/CampaignNames';
import { ContentLook } from '@/ui/ContentLook';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { words } from './values';

type Item = Schemas['TimelineItemView'];

/** The customer's story, the latest first: what they did, what they got, and what campaigns decided. */
export function Timeline({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const pages = usePages(
    ['customer', customer.id, 'timeline'],
    (page) =>
      take(
        api.GET('/customers/{customer}/timeline', {
          params: { path: { customer: customer.id }, query: { ...page } },
        }),
      ),
    { every: 5_000 },
  );
  return (
    <Listing pages={pages} empty={<Empty icon={IconTimeline} title={t('noEvent')} />}>
      <Line bulletSize={30} lineWidth={2}>
        {pages.items.filter(tells).map((item) => (
          <Line.Item key={`${item.kind}${item.key}`} bullet={<Bullet item={item} />} title={<Headline item={item} />}>
            <Body item={item} />
            <Text size="xs" c="dimmed" mt={2}>
              <Since at={item.at} />
            </Text>
          </Line.Item>
        ))}
      </Line>
    </Listing>
  );
}

/** That a message left and arrived, its own item says. */
const tells = ({ kind, what }: Item) =>
  kind !== 'event' || !['message_sent', 'message_delivered'].includes(text(what.name));

const text = (value: unknown) => (typeof value === 'string' ? value : '');

function Bullet({ item }: { item: Item }) {
  if (item.kind === 'step') {
    const kind = kindOf(text(item.what.type) as NodeKind);
    const Icon = kind?.icon ?? IconActivity;
    return (
      <ThemeIcon size={30} radius="xl" variant="light" color={kind?.colour ?? 'gray'}>
        <Icon size={17} stroke={1.6} />
      </ThemeIcon>
    );
  }
  const Icon = item.kind === 'message' ? IconMail : IconActivity;
  return (
    <ThemeIcon size={30} radius="xl" variant="light" color={item.kind === 'message' ? 'blue' : 'teal'}>
      <Icon size={17} stroke={1.6} />
    </ThemeIcon>
  );
}

function Headline({ item }: { item: Item }) {
  const { t } = useTranslation(['customers', 'app']);
  const { what } = item;
  if (item.kind === 'event') return <EventName name={text(what.name)} />;
  if (item.kind === 'message') {
    const state = text(what.state) as Schemas['MessageState'];
    const named = { channel: t(`app:channel.${text(what.channel) as Channel}`), state: t(`app:messageState.${state}`) };
    return <>{t('customers:messageWas', named)}</>;
  }
  return <StepName campaign={text(what.campaign)} node={text(what.node_id)} type={text(what.type) as NodeKind} />;
}

const KNOWN = ['sent', 'delivered', 'opened', 'clicked', 'bounced', 'complained', 'unsubscribed', 'replied'] as const;

function EventName({ name }: { name: string }) {
  const { t } = useTranslation('customers');
  const known = KNOWN.find((each) => name === `message_${each}`);
  return <>{known ? t(`did.${known}`) : name}</>;
}

function Body({ item }: { item: Item }) {
  switch (item.kind) {
    case 'event':
      return <EventBody properties={(item.what.properties ?? {}) as Record<string, unknown>} />;
    case 'message':
      return <MessageBody id={item.key} what={item.what} />;
    default:
      return <StepBody what={item.what} />;
  }
}

const HIDDEN = new Set(['message_id', 'journey_id', 'campaign_id', 'node_id', 'first']);

function EventBody({ properties }: { properties: Record<string, unknown> }) {
  const { t, i18n } = useTranslation('customers');
  const [opened, { toggle }] = useDisclosure();
  const short = Object.entries(properties).filter(([name]) => !HIDDEN.has(name));
  const message = text(properties.message_id);
  return (
    <>
      <Text size="sm" lineClamp={opened ? undefined : 2} style={{ overflowWrap: 'anywhere' }}>
        {short.map(([name, value]) => `${name}: ${words(value, localeOf(i18n.language))}`).join(' · ')}
      </Text>
      <Group gap="sm">
        {message && (
          <Anchor component={Link} to={`/messages/${message}`} size="sm">
            {t('theMessage')}
          </Anchor>
        )}
        {short.length > 0 && (
          <Button variant="subtle" size="compact-xs" onClick={toggle} aria-expanded={opened}>
            {t(opened ? 'fewer' : 'details')}
          </Button>
        )}
      </Group>
      <Collapse expanded={opened}>
        <Code block mt={4} tabIndex={0}>
          {JSON.stringify(properties, null, 2)}
        </Code>
      </Collapse>
    </>
  );
}

function MessageBody({ id, what }: { id: string; what: Record<string, unknown> }) {
  const { t } = useTranslation('customers');
  const say = useSay();
  const [opened, { toggle }] = useDisclosure();
  return (
    <>
      {text(what.reason) && <Text size="sm">{say(text(what.reason), what.said as Said | null)}</Text>}
      <Group gap="sm">
        {text(what.campaign) && (
          <Anchor component={Link} to={`/campaigns/${text(what.campaign)}/monitor`} size="sm">
            <CampaignName slug={text(what.campaign)} />
          </Anchor>
        )}
        <Anchor component={Link} to={`/messages/${id}`} size="sm">
          {t('itsLife')}
        </Anchor>
        <Button variant="subtle" size="compact-xs" onClick={toggle} aria-expanded={opened}>
          {t(opened ? 'hide' : 'show')}
        </Button>
      </Group>
      {opened && <AsItLooked id={id} />}
    </>
  );
}

function AsItLooked({ id }: { id: string }) {
  const message = useQuery({
    queryKey: ['message', id],
    queryFn: () => take(api.GET('/messages/{message_id}', { params: { path: { message_id: id } } })),
  });
  if (message.isPending) return <Loading />;
  if (message.error) return <Problem error={message.error} />;
  return (
    <div style={{ maxWidth: 420, marginTop: 8 }}>
      <ContentLook content={message.data.content} />
    </div>
  );
}

const NO_NODES: FlowNode[] = [];

function StepBody({ what }: { what: Record<string, unknown> }) {
  const drawn = useQuery({ ...campaigns.one(text(what.campaign)), staleTime: 300_000 }).data?.draft.nodes;
  const say = useStepWords(drawn ?? NO_NODES);
  return (
    <>
      <Text size="sm">{say(text(what.why), what.said as Said | null)}</Text>
      <Anchor component={Link} to={`/journeys/${text(what.journey_id)}`} size="sm">
        <CampaignName slug={text(what.campaign)} />
      </Anchor>
    </>
  );
}

import { Anchor, Badge, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/types';
import { useSay } from '@/lib/sentences';
import { CampaignName, StepName } from '@/ui/CampaignNames';
import { type Column, DataTable } from '@/ui/DataTable';
import { Person } from '@/ui/Person';
import { Since } from '@/ui/Since';

type Message = Schemas['MessageSummary'];

const COLOURS: Record<Message['state'], string> = {
  reserved: 'gray',
  deferred: 'yellow',
  accepted: 'blue',
  delivered: 'teal',
  bounced: 'red',
  failed: 'red',
  unknown: 'orange',
  skipped: 'grape',
};

/** How far a message came, in one word: what its reader did says more than that it arrived. */
const furthest = (message: Message) => (message.clicked_at ? 'clicked' : message.opened_at ? 'opened' : message.state);

export function MessageState({ message }: { message: Message }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" miw="max-content" color={COLOURS[message.state]} tt="none">
      {t(`messageState.${furthest(message)}`)}
    </Badge>
  );
}

type Props = { messages: Message[]; compact?: boolean; everything?: () => Promise<Message[]> };

/** Messages as rows, each leading to its whole life. */
export function MessageRows({ messages, compact = false, everything }: Props) {
  const { t } = useTranslation(['messages', 'app']);
  const say = useSay();
  const whose: Column<Message>[] = [
    {
      key: 'customer',
      title: t('messages:customer'),
      show: (message) => <Person of={message} />,
      csv: ({ customer_name }) => customer_name,
    },
    {
      key: 'campaign',
      title: t('messages:campaign'),
      show: ({ campaign }) =>
        campaign ? (
          <Anchor component={Link} to={`/campaigns/${campaign}/monitor`} size="sm">
            <CampaignName slug={campaign} />
          </Anchor>
        ) : (
          <Text size="sm" c="dimmed">
            {t('messages:test')}
          </Text>
        ),
      csv: ({ campaign }) => campaign,
    },
    {
      key: 'node',
      title: t('messages:node'),
      show: ({ node_id: node, campaign }) => (
        <Text size="sm" c="dimmed">
          {campaign && node ? <StepName campaign={campaign} node={node} /> : node}
        </Text>
      ),
      csv: ({ node_id }) => node_id,
      wide: true,
    },
  ];
  const columns: Column<Message>[] = [
    {
      key: 'when',
      title: t('messages:when'),
      show: (message) => (
        <Anchor component={Link} to={`/messages/${message.id}`} size="sm">
          <Since at={message.reserved_at} />
        </Anchor>
      ),
      csv: (message) => message.reserved_at,
    },
    {
      key: 'channel',
      title: t('messages:channel'),
      show: ({ channel }) => t(`app:channel.${channel}`),
      csv: ({ channel }) => channel,
    },
    ...(compact ? [] : whose),
    {
      key: 'state',
      title: t('messages:state'),
      show: (message) => (
        <>
          <MessageState message={message} />
          {message.reason && (
            <Text size="xs" c="dimmed" lineClamp={2}>
              {say(message.reason, message.said)}
            </Text>
          )}
        </>
      ),
      csv: ({ state }) => state,
    },
    ...(['reason', 'sent_at', 'delivered_at', 'opened_at', 'clicked_at'] as const).map(
      (key): Column<Message> => ({
        key: `file ${key}`,
        title: key === 'reason' ? t('messages:reason') : t(`messages:moments.${key}`),
        csv: (message) => message[key],
      }),
    ),
    { key: 'file customer', title: t('messages:customerId'), csv: (each) => each.external_id ?? each.customer_id },
    { key: 'file id', title: t('messages:id'), csv: ({ id }) => id },
  ];
  return (
    <DataTable
      label={t('messages:title')}
      columns={columns}
      rows={messages}
      rowKey={({ id }) => id}
      minWidth={compact ? 300 : 640}
      everything={everything}
    />
  );
}

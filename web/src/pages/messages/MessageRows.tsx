import { Anchor, Badge, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/types';
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
  withheld: 'grape',
};

export function MessageState({ message }: { message: Message }) {
  const { t } = useTranslation();
  const further = message.clicked_at ? 'clicked' : message.opened_at ? 'opened' : null;
  return (
    <Badge variant="light" color={COLOURS[message.state]} tt="none">
      {t(`messageState.${further ?? message.state}`)}
    </Badge>
  );
}

/** Messages as rows, each leading to its whole life. */
export function MessageRows({ messages, compact = false }: { messages: Message[]; compact?: boolean }) {
  const { t } = useTranslation(['messages', 'app']);
  return (
    <Table.ScrollContainer
      minWidth={compact ? 300 : 640}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('messages:title') } }}
    >
      <Table verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('messages:when')}</Table.Th>
            <Table.Th>{t('messages:channel')}</Table.Th>
            {!compact && <Table.Th>{t('messages:customer')}</Table.Th>}
            {!compact && <Table.Th>{t('messages:campaign')}</Table.Th>}
            <Table.Th>{t('messages:state')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {messages.map((message) => (
            <Table.Tr key={message.id}>
              <Table.Td>
                <Anchor component={Link} to={`/messages/${message.id}`} size="sm">
                  <Since at={message.reserved_at} />
                </Anchor>
              </Table.Td>
              <Table.Td>{t(`app:channel.${message.channel}`)}</Table.Td>
              {!compact && (
                <Table.Td>
                  <Person id={message.customer_id} externalId={message.external_id} />
                </Table.Td>
              )}
              {!compact && (
                <Table.Td>
                  {message.campaign ? (
                    <Anchor component={Link} to={`/campaigns/${message.campaign}/monitor`} size="sm">
                      {message.campaign}
                    </Anchor>
                  ) : (
                    <Text size="sm" c="dimmed">
                      {t('messages:test')}
                    </Text>
                  )}
                </Table.Td>
              )}
              <Table.Td>
                <MessageState message={message} />
                {message.reason && (
                  <Text size="xs" c="dimmed" lineClamp={2}>
                    {message.reason}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

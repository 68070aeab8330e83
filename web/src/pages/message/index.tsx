import { Anchor, Badge, Button, Code, Grid, Group, Paper, Stack, Table, Text, Timeline, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/types';
import { useSay } from '@/lib/sentences';
import { useFormat } from '@/lib/useFormat';
import { Broken } from '@/ui/Broken';
import { CampaignName } from '@/ui/CampaignNames';
import { ContentLook } from '@/ui/ContentLook';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Person } from '@/ui/Person';
import { MessageState } from '../messages/MessageRows';

type Message = Schemas['MessageView'];

/** One message: as it looked, and its whole life. */
export function Component() {
  const { id = '' } = useParams();
  const found = useQuery({
    queryKey: ['message', id],
    queryFn: () => take(api.GET('/messages/{message_id}', { params: { path: { message_id: id } } })),
    refetchInterval: 4_000,
  });
  const { t } = useTranslation(['messages', 'app']);
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/messages" />;
  const message = found.data;
  return (
    <Page title={t(`app:channel.${message.channel}`)} actions={<MessageState message={message} />}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <div style={{ maxWidth: 420 }}>
            <ContentLook content={message.content} />
          </div>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            <Facts message={message} />
            <Life events={message.events} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

const MOMENTS = ['reserved_at', 'sent_at', 'delivered_at', 'opened_at', 'clicked_at', 'read_at'] as const;

function Facts({ message }: { message: Message }) {
  const { t } = useTranslation(['messages', 'app']);
  const say = useSay();
  const format = useFormat();
  return (
    <Paper withBorder p="md">
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td>{t('messages:customer')}</Table.Td>
            <Table.Td>
              <Person of={message} />
            </Table.Td>
          </Table.Tr>
          {message.journey_id && (
            <Table.Tr>
              <Table.Td>{t('messages:journey')}</Table.Td>
              <Table.Td>
                <Anchor component={Link} to={`/journeys/${message.journey_id}`} size="sm">
                  {message.campaign && <CampaignName slug={message.campaign} />}
                </Anchor>
              </Table.Td>
            </Table.Tr>
          )}
          {message.address && (
            <Table.Tr>
              <Table.Td>{t('messages:address')}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{message.address}</Table.Td>
            </Table.Tr>
          )}
          {message.reason && (
            <Table.Tr>
              <Table.Td>{t('messages:reason')}</Table.Td>
              <Table.Td>{say(message.reason, message.said)}</Table.Td>
            </Table.Tr>
          )}
          {message.provider && (
            <Table.Tr>
              <Table.Td>{t('messages:provider')}</Table.Td>
              <Table.Td>{t('messages:attempts', { provider: message.provider, count: message.attempts })}</Table.Td>
            </Table.Tr>
          )}
          {MOMENTS.filter((moment) => message[moment]).map((moment) => (
            <Table.Tr key={moment}>
              <Table.Td>{t(`messages:moments.${moment}`)}</Table.Td>
              <Table.Td>{format.exact(message[moment] ?? '')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Life({ events }: { events: Schemas['MessageEventView'][] }) {
  const { t } = useTranslation('messages');
  const format = useFormat();
  if (events.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5" mb="sm">
        {t('life')}
      </Title>
      <Timeline bulletSize={16} lineWidth={2}>
        {events.map((event) => (
          <Timeline.Item
            key={event.id}
            title={
              <Group gap="xs">
                {t(`kinds.${event.kind as 'sent'}`, event.kind)}
                {event.machine && (
                  <Badge variant="default" tt="none">
                    {t('machine')}
                  </Badge>
                )}
              </Group>
            }
          >
            <Text size="sm" c="dimmed">
              {format.exact(event.occurred_at)} · {event.source}
            </Text>
            {Object.keys(event.raw).length > 0 && <Raw raw={event.raw} />}
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}

/** What a provider said, word for word. */
function Raw({ raw }: { raw: Record<string, unknown> }) {
  const { t } = useTranslation('messages');
  const [opened, { toggle }] = useDisclosure();
  return (
    <>
      <Button variant="subtle" size="compact-xs" onClick={toggle} aria-expanded={opened}>
        {t(opened ? 'hide' : 'raw')}
      </Button>
      {opened && (
        <Code block tabIndex={0}>
          {JSON.stringify(raw, null, 2)}
        </Code>
      )}
    </>
  );
}

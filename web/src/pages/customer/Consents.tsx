import { Button, Checkbox, Group, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import { contact } from '@/api/contact';
import { useMay } from '@/api/me';
import type { Channel, Customer, Schemas } from '@/api/types';
import { CsvButton } from '@/ui/CsvButton';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';

const CHANNELS: Channel[] = ['email', 'sms', 'whatsapp', 'push', 'in_app'];
const EVERYTHING = '*';

type Row = { topic: string; name: string; optIn: boolean };

/** Who may contact the customer about what. Each change holds from the next send on. */
export function Consents({ customer }: { customer: Customer }) {
  const { t } = useTranslation(['customers', 'app']);
  const may = useMay('marketer');
  const client = useQueryClient();
  const key = ['customer', customer.id, 'consents'];
  const path = { customer: customer.id };
  const said = useQuery({
    queryKey: key,
    queryFn: () => take(api.GET('/customers/{customer}/consents', { params: { path } })),
  });
  const topics = useQuery({ queryKey: ['topics'], queryFn: () => take(api.GET('/topics')) });
  const policy = useQuery(contact.policy());
  const saving = useMutation({
    mutationFn: (change: Schemas['ConsentUpdate']) =>
      take(api.PUT('/customers/{customer}/consents', { params: { path }, body: { consents: [change] } })),
    onSuccess: (all) => client.setQueryData(key, all),
  });
  if (said.isPending || topics.isPending || policy.isPending) return <Loading />;
  const broken = said.error ?? topics.error ?? policy.error;
  if (broken)
    return <Problem error={broken} retry={() => Promise.all([said.refetch(), topics.refetch(), policy.refetch()])} />;
  const rows: Row[] = [
    { topic: EVERYTHING, name: t('customers:consents.everything'), optIn: false },
    ...(topics.data ?? []).map((topic) => ({ topic: topic.key, name: topic.name, optIn: topic.opt_in })),
  ];
  const optIn: Channel[] = policy.data?.policy.opt_in_channels ?? [];
  /** What holds where nothing was ever said. */
  const unsaid = (channel: Channel, row: Row) =>
    t(row.optIn || optIn.includes(channel) ? 'customers:consents.unsaidNo' : 'customers:consents.unsaidYes');
  const word = (channel: Channel, topic: string) =>
    said.data?.find((each) => each.channel === channel && each.topic === topic);
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('customers:consents.help')}
      </Text>
      {saving.error && <Problem error={saving.error} />}
      <Table.ScrollContainer
        minWidth={420}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('customers:tabs.consents') } }}
      >
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('customers:consents.topic')}</Table.Th>
              {CHANNELS.map((channel) => (
                <Table.Th key={channel}>{t(`app:channel.${channel}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.topic}>
                <Table.Th scope="row" fw={500}>
                  {row.name}
                </Table.Th>
                {CHANNELS.map((channel) => {
                  const found = word(channel, row.topic);
                  return (
                    <Table.Td key={channel}>
                      <Checkbox
                        aria-label={`${row.name}: ${t(`app:channel.${channel}`)}`}
                        checked={found?.status === 'subscribed'}
                        indeterminate={!found}
                        disabled={!may || saving.isPending}
                        onChange={(event) =>
                          saving.mutate({
                            channel,
                            topic: row.topic,
                            status: event.currentTarget.checked ? 'subscribed' : 'unsubscribed',
                          })
                        }
                      />
                      <Text size="xs" c="dimmed" mt={2}>
                        {found ? <Since at={found.at} /> : unsaid(channel, row)}
                        {found && ` · ${found.source}`}
                      </Text>
                      {!found && may && (
                        <Button
                          size="compact-xs"
                          variant="subtle"
                          disabled={saving.isPending}
                          aria-label={t('customers:consents.refuseOne', {
                            topic: row.name,
                            channel: t(`app:channel.${channel}`),
                          })}
                          onClick={() => saving.mutate({ channel, topic: row.topic, status: 'unsubscribed' })}
                        >
                          {t('customers:consents.refuse')}
                        </Button>
                      )}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group justify="flex-end">
        <CsvButton<Row>
          label={t('customers:tabs.consents')}
          rows={() => rows}
          columns={[
            { title: t('customers:consents.topic'), csv: (row) => row.name },
            ...CHANNELS.map((channel) => ({
              title: t(`app:channel.${channel}`),
              csv: (row: Row) => word(channel, row.topic)?.status ?? t('customers:consents.unsaid'),
            })),
          ]}
        />
      </Group>
    </Stack>
  );
}

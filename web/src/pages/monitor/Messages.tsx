import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Channel, Flow } from '@/api/types';
import { nodeById } from '@/builder/graph/model';
import { titleOf } from '@/builder/kinds';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { type MessageFigures, type Monitor, together } from './figures';

type Row = Omit<MessageFigures, 'node_id' | 'channel'> & { key: string; name: string; channel: Channel | null };

const NEVER_TOLD: Partial<Record<Channel, string[]>> = { sms: ['opened'], silent_push: ['opened', 'clicked'] };

/** Whether a channel can tell of such a thing at all: that nobody opened an SMS is not known, ever. */
const isTold = (channel: Channel | null, fact: string) => !(channel && NEVER_TOLD[channel]?.includes(fact));

/** Message by message: how far each came, with rates and how sure they are. */
export function Messages({ flow, monitor }: { flow: Flow; monitor: Monitor }) {
  const { t } = useTranslation(['monitor', 'app']);
  const { t: words } = useTranslation(['kinds', 'app']);
  const format = useFormat();
  const rows: Row[] = monitor.messages.map((each) => {
    const node = nodeById(flow, each.node_id);
    return { ...each, key: `${each.node_id} ${each.channel}`, name: node ? titleOf(node, words) : each.node_id };
  });
  if (rows.length > 1) rows.push({ ...together(monitor.messages), key: 'all', name: t('messages.all'), channel: null });
  const withheld = (row: Row) =>
    Object.entries(row.withheld)
      .map(([why, count]) => `${t(`hindrance.${why as 'consent'}`)}: ${format.number(count)}`)
      .join(', ');

  function rate(key: 'delivered' | 'opened' | 'clicked' | 'acted' | 'unsubscribed' | 'bounced'): Column<Row> {
    return {
      key,
      title: t(`messages.${key}`),
      right: true,
      show: (row) =>
        isTold(row.channel, key) ? (
          <>
            {format.number(row[key])}
            <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              {format.rate(row[key], row.sent)}
            </Text>
          </>
        ) : (
          '–'
        ),
      csv: (row) => (isTold(row.channel, key) ? row[key] : null),
    };
  }

  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t('messages.message'),
      show: (row) => (
        <>
          {row.name}
          <Text size="xs" c="dimmed">
            {row.channel && t(`app:channel.${row.channel}`)}
          </Text>
        </>
      ),
      csv: (row) => row.name,
    },
    {
      key: 'sent',
      title: t('messages.sent'),
      right: true,
      show: (row) => (
        <>
          {format.number(row.sent)}
          {row.intended > row.sent && (
            <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              {t('messages.ofIntended', { count: row.intended, n: format.number(row.intended) })}
            </Text>
          )}
        </>
      ),
      csv: (row) => row.sent,
    },
    rate('delivered'),
    rate('opened'),
    rate('clicked'),
    rate('acted'),
    {
      key: 'revenue',
      title: t('messages.revenue'),
      right: true,
      show: (row) => format.money(row.revenue),
      csv: (row) => row.revenue,
    },
    rate('unsubscribed'),
    rate('bounced'),
    {
      key: 'withheld',
      title: t('messages.withheld'),
      show: (row) => <Text size="sm">{withheld(row) || '–'}</Text>,
      csv: withheld,
    },
    ...(['failed', 'unknown', 'deferred'] as const).map(
      (state): Column<Row> => ({
        key: state,
        title: t(`messages.${state}`),
        right: true,
        show: (row) => format.number(row.states[state] ?? 0),
        csv: (row) => row.states[state] ?? 0,
      }),
    ),
  ];
  return (
    <Stack>
      <Text c="dimmed" size="sm">
        {t('messages.help')}
      </Text>
      <DataTable
        label={t('tabs.messages')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.key}
        minWidth={1080}
        empty={t('messages.none')}
      />
    </Stack>
  );
}

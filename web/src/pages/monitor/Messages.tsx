import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Channel, Flow } from '@/api/types';
import { nodeById } from '@/builder/graph/model';
import { titleOf } from '@/builder/kinds';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { Rate } from '@/ui/Rate';
import { Revenue, revenueText } from '@/ui/Revenue';
import { messageDrop } from './drops';
import { byChannel, type MessageFigures, type Monitor, together, wholeOf } from './figures';

type Row = Omit<MessageFigures, 'node_id' | 'channel'> & { key: string; name: string; channel: Channel | null };

/** Whether such a thing would be told of any of these messages. */
const isTold = (row: Row, fact: string) => row.sent === 0 || wholeOf(row, fact) > 0;

/** How far messages came, channel by channel and message by message, with rates and how sure they are. */
export function Messages({ flow, monitor }: { flow: Flow; monitor: Monitor }) {
  const { t } = useTranslation(['monitor', 'app']);
  const { t: words } = useTranslation(['kinds', 'app']);
  const each = monitor.messages.map((row): Row => {
    const node = nodeById(flow, row.node_id);
    return { ...row, key: `${row.node_id} ${row.channel}`, name: node ? titleOf(node, words) : row.node_id };
  });
  const channels = byChannel(monitor.messages).map(
    ([channel, figures]): Row => ({ ...figures, key: channel, name: t(`app:channel.${channel}`), channel }),
  );
  const all: Row = { ...together(monitor.messages), key: 'all', name: t('messages.all'), channel: null };
  if (each.length === 0) return <Text c="dimmed">{t('messages.none')}</Text>;
  return (
    <Stack>
      <Text c="dimmed" size="sm">
        {t('messages.help')}
      </Text>
      <Title order={2} size="h4">
        {t('messages.byChannel')}
      </Title>
      <Rows label={t('messages.byChannel')} first={t('app:channelTitle')} rows={[...channels, all]} />
      <Title order={2} size="h4">
        {t('messages.byMessage')}
      </Title>
      <Rows label={t('messages.byMessage')} first={t('messages.message')} rows={each} named />
    </Stack>
  );
}

type RowsProps = { label: string; first: string; rows: Row[]; named?: boolean };

function Rows({ label, first, rows, named = false }: RowsProps) {
  const { t } = useTranslation(['monitor', 'app']);
  const format = useFormat();
  const skipped = (row: Row) =>
    Object.entries(row.skipped)
      .map(([why, count]) => `${t(`block_reason.${why as 'consent'}`)}: ${format.number(count)}`)
      .join(', ');
  const drop = (row: Row) => {
    const worst = messageDrop(row, (stage) => wholeOf(row, stage) === row.sent);
    return worst ? t(`messages.drop.${worst.to as 'sent'}`, { rate: format.rate(worst.lost, worst.of) }) : '';
  };

  function rate(key: 'delivered' | 'opened' | 'clicked' | 'conversions' | 'unsubscribed' | 'bounced'): Column<Row> {
    return {
      key,
      title: t(`messages.${key}`),
      right: true,
      show: (row) => (isTold(row, key) ? <Rate part={row[key]} of={wholeOf(row, key)} /> : '–'),
      csv: (row) => (isTold(row, key) ? row[key] : null),
    };
  }

  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: first,
      show: (row) => (
        <>
          {row.name}
          {named && row.channel && <Note>{t(`app:channel.${row.channel}`)}</Note>}
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
          {row.attempted > row.sent && (
            <Note>{t('messages.ofIntended', { count: row.attempted, n: format.number(row.attempted) })}</Note>
          )}
        </>
      ),
      csv: (row) => row.sent,
    },
    { key: 'attempted', title: t('messages.attempted'), csv: (row) => row.attempted },
    rate('delivered'),
    rate('opened'),
    rate('clicked'),
    rate('conversions'),
    {
      key: 'revenue',
      title: t('messages.revenue'),
      right: true,
      show: (row) => <Revenue amounts={row.revenue} />,
      csv: (row) => revenueText(row.revenue, format),
    },
    rate('unsubscribed'),
    rate('bounced'),
    { key: 'drop', title: t('messages.lost'), show: (row) => <Words>{drop(row)}</Words>, csv: drop },
    {
      key: 'skipped',
      title: t('messages.skipped'),
      show: (row) => <Words>{skipped(row)}</Words>,
      csv: skipped,
    },
    ...(['failed', 'unknown', 'deferred'] as const)
      .filter((state) => rows.some((row) => row.states[state]))
      .map(
        (state): Column<Row> => ({
          key: state,
          title: t(`messages.${state}`),
          right: true,
          show: (row) => format.number(row.states[state] ?? 0),
          csv: (row) => row.states[state] ?? 0,
        }),
      ),
  ];
  return <DataTable label={label} columns={columns} rows={rows} rowKey={(row) => row.key} minWidth={1120} />;
}

/** Sentences, which the figures beside them must not press into a word a line. */
function Words({ children }: { children: string }) {
  return (
    <Text size="sm" miw={children ? 170 : undefined}>
      {children || '–'}
    </Text>
  );
}

function Note({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
      {children}
    </Text>
  );
}

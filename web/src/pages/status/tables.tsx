import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Status } from '@/api/status';
import { providerName } from '@/app/useTroubleWords';
import { useAge } from '@/lib/useAge';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';

type Props = { status: Status };
type Kind = 'configuration' | 'transient' | 'ambiguous';

/** Providers that do not answer well, with their own words. */
export function Providers({ status }: Props) {
  const { t } = useTranslation('status');
  const format = useFormat();
  return (
    <DataTable
      label={t('providers')}
      rows={status.failing}
      rowKey={({ name }) => name}
      empty={t('noneFails')}
      columns={[
        { key: 'provider', title: t('provider'), show: ({ name }) => providerName(name) },
        { key: 'kind', title: t('kind'), show: ({ kind }) => t(`kinds.${kind as Kind}`) },
        { key: 'since', title: t('since'), show: ({ since }) => format.moment(since) },
        {
          key: 'reason',
          title: t('reason'),
          show: ({ reason }) => (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {reason}
            </Text>
          ),
        },
        {
          key: 'held',
          title: t('heldUntil'),
          show: ({ held_until }) => (held_until ? format.exact(held_until) : '–'),
          wide: true,
        },
      ]}
    />
  );
}

/** Task queues of Temporal: what waits, since when, and whether anybody works there. */
export function Queues({ status }: Props) {
  const { t } = useTranslation('status');
  const format = useFormat();
  const age = useAge();
  return (
    <DataTable
      label={t('queues')}
      rows={status.queues ?? []}
      rowKey={({ name }) => name}
      empty={t('noQueues')}
      minWidth={360}
      columns={[
        { key: 'queue', title: t('queue'), show: ({ name }) => name },
        { key: 'waiting', title: t('waiting'), right: true, show: ({ waiting }) => format.number(waiting) },
        {
          key: 'oldest',
          title: t('oldest'),
          right: true,
          show: ({ age_seconds, waiting }) => (waiting ? age(age_seconds) : '–'),
        },
        { key: 'pollers', title: t('workers'), right: true, show: ({ pollers }) => format.number(pollers) },
      ]}
    />
  );
}

/** When each provider's webhook last came. */
export function Webhooks({ status }: Props) {
  const { t } = useTranslation('status');
  const age = useAge();
  const rows = [
    ...status.webhooks.map(({ provider, age_seconds }) => ({ provider, last: t('ago', { length: age(age_seconds) }) })),
    ...status.silent_webhooks.map((provider) => ({ provider, last: t('never') })),
  ];
  return (
    <DataTable
      label={t('webhooks')}
      rows={rows}
      rowKey={({ provider }) => provider}
      empty={t('noWebhooks')}
      minWidth={240}
      columns={[
        { key: 'provider', title: t('provider'), show: ({ provider }) => providerName(provider) },
        { key: 'last', title: t('last'), show: ({ last }) => last },
      ]}
    />
  );
}

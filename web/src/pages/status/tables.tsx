import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Status } from '@/api/status';
import { providerName } from '@/app/useTroubleWords';
import { useAge } from '@/lib/useAge';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';

type Props = { status: Status };
type Kind = 'configuration' | 'transient' | 'ambiguous';

/** Providers in use and those that do not answer well: what each says of our key, and its own words. */
export function Providers({ status }: Props) {
  const { t } = useTranslation('status');
  const format = useFormat();
  const failing = new Map(status.failing.map((one) => [one.name, one]));
  const keys = new Map(status.providers.map((one) => [one.name, one]));
  const rows = [...new Set([...failing.keys(), ...keys.keys()])].map((name) => ({
    name,
    key: keys.get(name),
    fault: failing.get(name),
  }));
  return (
    <DataTable
      label={t('providers')}
      rows={rows}
      rowKey={({ name }) => name}
      empty={t('noProviders')}
      columns={[
        { key: 'provider', title: t('provider'), show: ({ name }) => providerName(name) },
        {
          key: 'key',
          title: t('keyCheck'),
          show: ({ key }) => (
            <>
              {t(`keyChecks.${key?.key_check ?? 'none'}`)}
              {key?.key_checked_at && (
                <Text size="xs" c="dimmed">
                  {format.moment(key.key_checked_at)}
                </Text>
              )}
            </>
          ),
        },
        {
          key: 'kind',
          title: t('kind'),
          show: ({ fault }) => (fault ? t(`kinds.${fault.kind as Kind}`) : t('answersWell')),
        },
        { key: 'since', title: t('since'), show: ({ fault }) => (fault ? format.moment(fault.since) : '–') },
        {
          key: 'reason',
          title: t('reason'),
          show: ({ fault }) => (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {fault?.reason ?? '–'}
            </Text>
          ),
        },
        {
          key: 'held',
          title: t('heldUntil'),
          show: ({ fault }) => (fault?.held_until ? format.exact(fault.held_until) : '–'),
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

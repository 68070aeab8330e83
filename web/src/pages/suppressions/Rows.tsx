import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Suppression } from '@/api/contact';
import { type Column, DataTable } from '@/ui/DataTable';
import { Since } from '@/ui/Since';
import { reasonOf } from './reasons';

type Props = { items: Suppression[]; everything: () => Promise<Suppression[]>; lift?: (shown: Suppression) => void };

/** Only e-mail addresses and numbers can be lifted: a push token that died comes back by itself, as another one. */
const liftable = ({ channel }: Suppression) => channel === 'email' || channel === 'sms' || channel === 'whatsapp';

export function Rows({ items, everything, lift }: Props) {
  const { t } = useTranslation(['contacting', 'app']);
  const why = (item: Suppression) => {
    const reason = reasonOf(item.reason);
    return reason === 'other' ? item.reason : t(`contacting:suppressions.reasons.${reason}`);
  };
  const lifting: Column<Suppression> = {
    key: 'lift',
    title: t('contacting:suppressions.lift'),
    untitled: true,
    right: true,
    show: (item) =>
      lift &&
      liftable(item) && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('contacting:suppressions.liftOne', { address: item.address })}
          onClick={() => lift(item)}
        >
          {t('contacting:suppressions.liftShort')}
        </Button>
      ),
  };
  return (
    <DataTable
      label={t('contacting:suppressions.title')}
      rows={items}
      rowKey={(item) => `${item.channel} ${item.address}`}
      minWidth={330}
      everything={everything}
      columns={[
        {
          key: 'address',
          title: t('contacting:suppressions.address'),
          show: ({ address }) => <b style={{ overflowWrap: 'anywhere' }}>{address}</b>,
          csv: ({ address }) => address,
        },
        { key: 'reason', title: t('contacting:suppressions.reason'), show: why, csv: ({ reason }) => reason },
        {
          key: 'channel',
          title: t('contacting:suppressions.channel'),
          show: ({ channel }) => t(`app:channel.${channel}`),
          csv: ({ channel }) => channel,
          wide: true,
        },
        {
          key: 'source',
          title: t('contacting:suppressions.source'),
          show: ({ source }) => (
            <Text size="sm" c="dimmed">
              {source}
            </Text>
          ),
          csv: ({ source }) => source,
          wide: true,
        },
        {
          key: 'at',
          title: t('contacting:suppressions.at'),
          show: ({ at }) => <Since at={at} />,
          csv: ({ at }) => at,
          wide: true,
        },
        ...(lift ? [lifting] : []),
      ]}
    />
  );
}

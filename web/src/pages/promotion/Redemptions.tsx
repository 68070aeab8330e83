import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { promotions } from '@/api/promotions';
import { type PromotionView, toAmount } from '@/promotions/model';
import { useWritten } from '@/promotions/useWritten';
import { DataTable } from '@/ui/DataTable';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';

/** The newest orders that the promotion took something off. */
export function Redemptions({ shown }: { shown: PromotionView }) {
  const { t } = useTranslation('promotions');
  const { amount } = useWritten();
  const found = useQuery({ ...promotions.redemptions(shown.id), refetchInterval: 10_000 });
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={found.refetch} />;
  const currencyOf = (currency: string | null) => currency ?? shown.promotion.currency;
  return (
    <>
      <DataTable
        label={`${shown.name} ${t('tab.redemptions')}`}
        rows={found.data}
        rowKey={(row) => `${row.order_id}/${row.code}/${row.state}`}
        empty={t('redemption.none')}
        minWidth={520}
        columns={[
          { key: 'order', title: t('redemption.order'), show: (row) => row.order_id, csv: (row) => row.order_id },
          { key: 'at', title: t('redemption.at'), show: ({ at }) => <Since at={at} />, csv: ({ at }) => at },
          {
            key: 'code',
            title: t('redemption.code'),
            wide: true,
            show: ({ code }) => code ?? '–',
            csv: ({ code }) => code,
          },
          {
            key: 'shop',
            title: t('redemption.shop'),
            wide: true,
            show: ({ shop }) => shop ?? '–',
            csv: ({ shop }) => shop,
          },
          {
            key: 'amount',
            title: t('redemption.amount'),
            right: true,
            show: (row) => amount(row.amount, currencyOf(row.currency)),
            csv: (row) => toAmount(row.amount, currencyOf(row.currency)),
          },
          {
            key: 'returned',
            title: t('redemption.returned'),
            right: true,
            show: (row) => (row.returned ? amount(row.returned, currencyOf(row.currency)) : '–'),
            csv: (row) => toAmount(row.returned, currencyOf(row.currency)),
          },
          {
            key: 'state',
            title: t('stateTitle'),
            show: ({ state }) => t(`order.${state as 'redeemed'}`),
            csv: ({ state }) => state,
          },
        ]}
      />
      {found.data.length === 100 && (
        <Text size="xs" c="dimmed">
          {t('redemption.newest')}
        </Text>
      )}
    </>
  );
}

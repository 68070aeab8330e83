import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { promotions } from '@/api/promotions';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { useReason } from './useReason';

/** Codes that were refused in the last 7 days, of one promotion or of all. */
export function Refusals({ promotion }: { promotion?: string }) {
  const { t } = useTranslation('promotions');
  const { number } = useFormat();
  const reason = useReason();
  const found = useQuery(promotions.refusals(promotion));
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={found.refetch} />;
  return (
    <DataTable
      label={t('misuse.refused')}
      rows={found.data}
      rowKey={(row) => row.caller + row.reason + row.promotion_id}
      empty={t('misuse.noneRefused')}
      columns={[
        { key: 'caller', title: t('misuse.key'), show: ({ caller }) => caller, csv: ({ caller }) => caller },
        { key: 'reason', title: t('misuse.reason'), show: (row) => reason(row.reason), csv: (row) => row.reason },
        ...(promotion
          ? []
          : [
              {
                key: 'name',
                title: t('name'),
                wide: true,
                show: (row: Row) => row.promotion ?? '–',
                csv: (row: Row) => row.promotion,
              },
            ]),
        {
          key: 'tries',
          title: t('misuse.tries'),
          right: true,
          show: ({ tries }) => number(tries),
          csv: ({ tries }) => tries,
        },
        {
          key: 'codes',
          title: t('misuse.codes'),
          right: true,
          show: ({ codes }) => number(codes),
          csv: ({ codes }) => codes,
        },
        {
          key: 'latest',
          title: t('misuse.latest'),
          wide: true,
          show: ({ latest }) => <Since at={latest} />,
          csv: (row) => row.latest,
        },
      ]}
    />
  );
}

type Row = { promotion: string | null };

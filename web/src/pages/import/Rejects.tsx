import { Badge, Code, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/types';
import { useSay } from '@/lib/sentences';
import { DataTable } from '@/ui/DataTable';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { isUnderWay } from '../imports/progress';
import { rejectsKey, rejectsOf, verdictOf } from './rejects';

const SHOWN = 200;

/** The first rows that were refused, and the first parts of others that were left out, each with its reason. */
export function Rejects({ given }: { given: Schemas['ImportView'] }) {
  const { t } = useTranslation('imports');
  const say = useSay();
  const query = { format: 'ndjson', limit: SHOWN } as const;
  const found = useQuery({
    queryKey: rejectsKey(given),
    queryFn: async () => {
      const params = { path: { import_id: given.id }, query };
      return rejectsOf((await take(api.GET('/imports/{import_id}/rejects', { params, parseAs: 'text' }))) as string);
    },
    refetchInterval: isUnderWay(given) ? 3_000 : false,
    placeholderData: keepPreviousData,
  });
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Problem error={found.error} retry={found.refetch} />;
  if (found.data.length === 0) {
    const verdict = verdictOf(given);
    return verdict && <Text c="dimmed">{t(verdict)}</Text>;
  }
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t('rejected')}
      </Title>
      {found.data.length === SHOWN && (
        <Text size="sm" c="dimmed">
          {t('firstOnes', { count: SHOWN })}
        </Text>
      )}
      <DataTable
        label={t('rejected')}
        rows={found.data}
        rowKey={({ row, reason }) => `${row} ${reason}`}
        minWidth={300}
        columns={[
          { key: 'row', title: t('row'), right: true, show: ({ row }) => row },
          {
            key: 'reason',
            title: t('reason'),
            show: ({ reason, said, taken }) => (
              <>
                {say(reason, said)}{' '}
                {taken && (
                  <Badge variant="light" color="gray" tt="none">
                    {t('takenAnyway')}
                  </Badge>
                )}
              </>
            ),
          },
          {
            key: 'raw',
            title: t('raw'),
            show: ({ raw }) => <Code style={{ overflowWrap: 'anywhere' }}>{raw}</Code>,
            wide: true,
          },
        ]}
      />
    </section>
  );
}

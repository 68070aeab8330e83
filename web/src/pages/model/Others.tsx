import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { intelligence, type Model } from '@/api/intelligence';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { useIntelligenceWords } from '../models/words';

/** Every kept model of a score: who makes it, who did, who lost. */
export function Others({ name, shown }: { name: string; shown: string }) {
  const { t } = useTranslation('intelligence');
  const words = useIntelligenceWords();
  const format = useFormat();
  const models = useQuery(intelligence.models(name));
  if (models.isPending) return <Loading />;
  if (models.isLoadingError) return <Problem error={models.error} retry={() => models.refetch()} />;
  return (
    <DataTable<Model>
      label={t('card.others')}
      rows={models.data}
      rowKey={({ id }) => id}
      minWidth={330}
      columns={[
        {
          key: 'trained',
          title: t('card.trained'),
          show: ({ id, trained_at: at }) =>
            id === shown ? (
              format.moment(at)
            ) : (
              <Anchor component={Link} to={`/models/${id}`} fz="inherit">
                {format.moment(at)}
              </Anchor>
            ),
          csv: ({ trained_at }) => trained_at,
        },
        { key: 'kind', title: t('card.kind'), show: ({ kind }) => words.kind(kind), csv: ({ kind }) => kind },
        { key: 'state', title: t('card.state'), show: ({ state }) => words.state(state), csv: ({ state }) => state },
      ]}
    />
  );
}

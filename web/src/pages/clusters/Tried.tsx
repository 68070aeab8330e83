import { Badge, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Clusters } from '@/api/intelligence';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { useIntelligenceWords } from '../models/words';

type Choice = Clusters['tried'][number];

/** Every number of clusters that was tried. */
export function Tried({ clusters }: { clusters: Clusters }) {
  const { t } = useTranslation('intelligence');
  const words = useIntelligenceWords();
  const { decimal } = useFormat();
  const figure = (name: 'silhouette' | 'stability'): Column<Choice> => ({
    key: name,
    title: words.metric(name),
    right: true,
    show: (choice) => decimal(choice[name] ?? 0),
    csv: (choice) => choice[name] ?? null,
  });
  return (
    <DataTable<Choice>
      label={t('clusters.tried')}
      rows={clusters.tried}
      rowKey={({ count }) => String(count)}
      minWidth={330}
      columns={[
        {
          key: 'count',
          title: t('clusters.count'),
          show: ({ count }) => (
            <Group gap="xs">
              {count}
              {count === clusters.clusters.length && (
                <Badge variant="light" tt="none">
                  {t('clusters.chosen')}
                </Badge>
              )}
            </Group>
          ),
          csv: ({ count }) => count ?? null,
        },
        figure('silhouette'),
        figure('stability'),
      ]}
    />
  );
}

import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/types';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Revenue } from '@/ui/Revenue';
import { share } from './change';
import { Part } from './Part';

type Row = Schemas['CampaignPerformance'];

/** The campaigns that brought most in the period. */
export function Best({ rows }: { rows: Row[] }) {
  const { t } = useTranslation('home');
  const { t: words } = useTranslation('campaigns');
  const { number, percent } = useFormat();
  const rate = (part: number, whole: number) => {
    const found = share(part, whole);
    return found === null ? '–' : percent(found);
  };
  if (rows.length === 0) return null;
  return (
    <Part title={t('best.title')}>
      <DataTable<Row>
        label={t('best.title')}
        rows={rows}
        rowKey={({ slug }) => slug}
        rowLink={({ slug }) => `/campaigns/${slug}/monitor`}
        minWidth={300}
        columns={[
          {
            key: 'name',
            title: words('name'),
            show: ({ slug, name }) => (
              <Anchor component={Link} to={`/campaigns/${slug}/monitor`} fw={600}>
                {name}
              </Anchor>
            ),
          },
          { key: 'sent', title: t('sent'), right: true, show: ({ sent }) => number(sent) },
          {
            key: 'opens',
            title: t('openRate'),
            right: true,
            wide: true,
            show: (row) => rate(row.opened, row.open_trackable),
          },
          {
            key: 'clicks',
            title: t('clickRate'),
            right: true,
            wide: true,
            show: (row) => rate(row.clicked, row.click_trackable),
          },
          { key: 'conversions', title: t('conversions'), right: true, show: ({ conversions }) => number(conversions) },
          {
            key: 'revenue',
            title: t('revenue'),
            right: true,
            wide: true,
            show: ({ revenue }) => <Revenue amounts={revenue} />,
          },
        ]}
      />
    </Part>
  );
}

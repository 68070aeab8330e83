import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { promotions } from '@/api/promotions';
import { useFormat } from '@/lib/useFormat';
import { Refusals } from '@/promotions/Refusals';
import { DataTable } from '@/ui/DataTable';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';

/** Codes that were tried in vain, and devices and cards that many customers share. */
export function Component() {
  const { t } = useTranslation('promotions');
  return (
    <Page title={t('misuse.title')}>
      <Stack gap="xl">
        <section>
          <Title order={2} size="h4">
            {t('misuse.refused')}
          </Title>
          <Text size="sm" c="dimmed" mb="sm" className="measure">
            {t('misuse.refusedHelp')}
          </Text>
          <Refusals />
        </section>
        <section>
          <Title order={2} size="h4">
            {t('misuse.shared')}
          </Title>
          <Text size="sm" c="dimmed" mb="sm" className="measure">
            {t('misuse.sharedHelp')}
          </Text>
          <Shared />
        </section>
      </Stack>
    </Page>
  );
}

function Shared() {
  const { t } = useTranslation('promotions');
  const { number } = useFormat();
  const found = useQuery(promotions.shared());
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={found.refetch} />;
  return (
    <DataTable
      label={t('misuse.shared')}
      rows={found.data}
      rowKey={({ promotion_id, identifier }) => promotion_id + identifier}
      empty={t('misuse.noneShared')}
      columns={[
        {
          key: 'promotion',
          title: t('name'),
          show: (row) => (
            <Anchor component={Link} to={`/promotions/${row.promotion_id}`}>
              {row.name}
            </Anchor>
          ),
          csv: ({ name }) => name,
        },
        {
          key: 'id',
          title: t('misuse.identifier'),
          show: ({ identifier }) => identifier,
          csv: (row) => row.identifier,
        },
        {
          key: 'people',
          title: t('misuse.customers'),
          right: true,
          show: (row) => number(row.customers),
          csv: (row) => row.customers,
        },
        {
          key: 'orders',
          title: t('misuse.orders'),
          right: true,
          show: (row) => number(row.orders),
          csv: (row) => row.orders,
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

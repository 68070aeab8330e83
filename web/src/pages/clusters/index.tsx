import { Anchor, Grid, Stack, Text, Title } from '@mantine/core';
import { IconChartBubble } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { type Cluster, type Clusters, intelligence } from '@/api/intelligence';
import { usePhrases } from '@/lib/phrases';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { ClusterMap } from './ClusterMap';
import { Profile } from './Profile';
import { Tried } from './Tried';

/** Customers who behave alike: what sets each cluster apart, where it lies, and its segment. `?cluster=` chooses one. */
export function Component() {
  const { t } = useTranslation('intelligence');
  const models = useQuery(intelligence.models('cluster'));
  const learned = models.data?.some(({ state }) => state === 'champion') ?? false;
  const found = useQuery({ ...intelligence.clusters(), enabled: learned });
  const none = models.isSuccess && !learned;
  return (
    <Page title={t('clusters.title')}>
      <Text c="dimmed" mb="md" maw={720}>
        {t('clusters.help')}
      </Text>
      {(models.isPending || (learned && found.isPending)) && <Loading />}
      {models.error && <Problem error={models.error} retry={() => models.refetch()} />}
      {none && <Empty icon={IconChartBubble} title={t('clusters.empty')} help={t('clusters.emptyHelp')} />}
      {found.isLoadingError && <Problem error={found.error} retry={() => found.refetch()} />}
      {found.data && <Found clusters={found.data} />}
    </Page>
  );
}

function Found({ clusters }: { clusters: Clusters }) {
  const { t } = useTranslation('intelligence');
  const phrase = usePhrases();
  const [params, setParams] = useSearchParams();
  const asked = clusters.clusters.find(({ number }) => String(number) === params.get('cluster'));
  const shown = asked ?? clusters.clusters[0];
  return (
    <Stack gap="xl">
      <List clusters={clusters.clusters} show={(number) => setParams({ cluster: String(number) }, { replace: true })} />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="xl">
            <section>
              <Heading title={t('clusters.map')} help={t('clusters.mapHelp')} />
              <ClusterMap clusters={clusters} />
            </section>
            <section>
              <Heading title={t('clusters.tried')} help={t('clusters.triedHelp')} />
              <Tried clusters={clusters} />
            </section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          {shown && (
            <>
              <Heading title={t('clusters.profile', { name: phrase(shown.name) })} help={t('clusters.profileHelp')} />
              <Profile cluster={shown} />
            </>
          )}
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Heading({ title, help }: { title: string; help: string }) {
  return (
    <>
      <Title order={2} size="h4" mb={4}>
        {title}
      </Title>
      <Text c="dimmed" size="sm" mb="xs">
        {help}
      </Text>
    </>
  );
}

function List({ clusters, show }: { clusters: Cluster[]; show: (number: number) => void }) {
  const { t } = useTranslation('intelligence');
  const phrase = usePhrases();
  const format = useFormat();
  return (
    <DataTable<Cluster>
      label={t('clusters.title')}
      rows={clusters}
      rowKey={({ number }) => String(number)}
      minWidth={330}
      columns={[
        {
          key: 'name',
          title: t('clusters.name'),
          show: ({ number, name }) => (
            <Anchor
              component="button"
              type="button"
              ta="left"
              fz="inherit"
              title={t('clusters.show')}
              onClick={() => show(number)}
            >
              {number + 1}: {phrase(name)}
            </Anchor>
          ),
          csv: ({ name }) => phrase(name),
        },
        {
          key: 'share',
          title: t('clusters.share'),
          right: true,
          show: ({ share }) => format.percent(share),
          csv: ({ share }) => share,
        },
        {
          key: 'segment',
          title: t('clusters.segment'),
          show: ({ segment_id: id }) =>
            id ? (
              <Anchor component={Link} to={`/segments/${id}`} fz="inherit">
                {t('clusters.open')}
              </Anchor>
            ) : (
              <Text c="dimmed" fz="inherit">
                {t('clusters.gone')}
              </Text>
            ),
          csv: ({ segment_id }) => segment_id,
        },
      ]}
    />
  );
}

import { Anchor, Text } from '@mantine/core';
import { IconBrain } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Drift, intelligence, type Metrics, type Model } from '@/api/intelligence';
import { useSay } from '@/lib/sentences';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { Begin } from './Begin';
import { DriftBadge } from './DriftBadge';
import { byScore, gained, mayDrift, type Scored, worstDrift } from './figures';
import { useIntelligenceWords } from './words';

const REFRESHED = 10_000;

/** Every score, which model makes it, how right that was, and whether the world has moved since. */
export function Component() {
  const { t } = useTranslation('intelligence');
  // A training goes on for minutes, score by score.
  const models = useQuery({ ...intelligence.models(), refetchInterval: REFRESHED });
  const outcomes = useQuery({ ...intelligence.outcomes(), refetchInterval: REFRESHED });
  const rows = models.data && outcomes.data && byScore(models.data, outcomes.data);
  return (
    <Page title={t('learned.title')} actions={<Begin />}>
      <Text c="dimmed" mb="md" maw={720}>
        {t('learned.help')}
      </Text>
      {(models.isPending || outcomes.isPending) && <Loading />}
      {models.isLoadingError && <Problem error={models.error} retry={() => models.refetch()} />}
      {outcomes.isLoadingError && <Problem error={outcomes.error} retry={() => outcomes.refetch()} />}
      {rows?.length === 0 && <Empty icon={IconBrain} title={t('learned.empty')} help={t('learned.emptyHelp')} />}
      {rows && rows.length > 0 && <Rows rows={rows} />}
    </Page>
  );
}

const gainOf = (model: Model | undefined) =>
  model ? gained(model.metrics as Metrics, model.baseline as Metrics | undefined) : null;
const driftOf = (model: Model | undefined) => (model ? worstDrift(model.drift as Drift) : null);

function Rows({ rows }: { rows: Scored[] }) {
  const { t } = useTranslation('intelligence');
  const words = useIntelligenceWords();
  const say = useSay();
  return (
    <DataTable<Scored>
      label={t('learned.title')}
      rows={rows}
      rowKey={({ name }) => name}
      columns={[
        {
          key: 'name',
          title: t('learned.name'),
          show: ({ name, used, newest, outcome }) => {
            const shown = used ?? newest;
            if (!shown)
              return (
                <>
                  <Text fw={600}>{words.score(name)}</Text>
                  <Text size="xs" c="dimmed" hiddenFrom="sm">
                    {say(outcome?.why, outcome?.said)}
                  </Text>
                </>
              );
            return (
              <Anchor component={Link} to={`/models/${shown.id}`} fw={600}>
                {words.score(name)}
              </Anchor>
            );
          },
          csv: ({ name }) => name,
        },
        {
          key: 'model',
          title: t('learned.model'),
          show: ({ used }) => (used ? words.kind(used.kind) : <Text c="dimmed">{t('learned.none')}</Text>),
          csv: ({ used }) => used?.kind ?? null,
          wide: true,
        },
        {
          key: 'right',
          title: t('learned.right'),
          show: ({ used }) => <Gain share={gainOf(used)} />,
          csv: ({ used }) => gainOf(used),
        },
        {
          key: 'drift',
          title: t('learned.drift'),
          show: ({ used }) => used && mayDrift(used.kind) && <DriftBadge index={driftOf(used)} />,
          csv: ({ used }) => driftOf(used),
        },
        {
          key: 'since',
          title: t('learned.since'),
          show: ({ used }) => used?.promoted_at && <Since at={used.promoted_at} />,
          csv: ({ used }) => used?.promoted_at ?? null,
          wide: true,
        },
        {
          key: 'outcome',
          title: t('learned.outcome'),
          show: ({ outcome }) => outcome && <Text size="sm">{say(outcome.why, outcome.said)}</Text>,
          csv: ({ outcome }) => (outcome ? say(outcome.why, outcome.said) : null),
          wide: true,
        },
      ]}
    />
  );
}

const SAME = 0.001;

function Gain({ share }: { share: number | null }) {
  const { t } = useTranslation('intelligence');
  const format = useFormat();
  if (share === null) return <Text c="dimmed">–</Text>;
  if (Math.abs(share) < SAME) return t('gain.same');
  return t(share > 0 ? 'gain.better' : 'gain.worse', { share: format.percent(Math.abs(share)) });
}

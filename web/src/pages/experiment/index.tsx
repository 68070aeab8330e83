import { Anchor, Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { type Experiment, experiments } from '@/api/experiments';
import { Broken } from '@/ui/Broken';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Part } from '../broadcast/Part';
import { Arms } from './Arms';
import { ByDay } from './ByDay';
import { Facts } from './Facts';
import { History } from './History';
import { Metrics } from './Metrics';
import { Narrowing } from './Narrowing';
import { PlanTable } from './PlanTable';
import { Segments } from './Segments';
import { Steer } from './Steer';
import { Verdicts } from './Verdicts';

/** One experiment: what it says now, how sure that is, and what was done with it. */
export function Component() {
  const { id = '' } = useParams();
  const found = useQuery(experiments.one(id));
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/experiments" />;
  return <Shown experiment={found.data} />;
}

function Shown({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const begun = experiment.frozen_arms.length > 0;
  return (
    <Page title={experiment.name} actions={<Steer experiment={experiment} />}>
      <Stack>
        <div>
          <Text>{experiment.hypothesis}</Text>
          <Text size="sm" c="dimmed">
            {t('standsOn')}{' '}
            <Anchor component={Link} to={`/campaigns/${experiment.campaign}/edit`} fz="inherit" underline="always">
              {experiment.campaign_name}
            </Anchor>
          </Text>
        </div>
        <Facts experiment={experiment} />
        {begun && (
          <Part title={t('result')}>
            <Verdicts experiment={experiment} />
            <Arms experiment={experiment} />
          </Part>
        )}
        {begun && <Narrowing experiment={experiment} />}
        {begun && <Metrics experiment={experiment} />}
        {begun && (
          <Grid>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <ByDay experiment={experiment} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Segments experiment={experiment} />
            </Grid.Col>
          </Grid>
        )}
        <Grid>
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <PlanTable experiment={experiment} />
          </Grid.Col>
          {begun && (
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <History experiment={experiment} />
            </Grid.Col>
          )}
        </Grid>
      </Stack>
    </Page>
  );
}

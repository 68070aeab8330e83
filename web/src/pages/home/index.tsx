import { Grid, SegmentedControl, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { type Days, PERIODS } from '@/api/home';
import { Page } from '@/ui/Page';
import { Attention } from './Attention';
import { Performance } from './Performance';
import { Steps } from './Steps';
import { Upcoming } from './Upcoming';

const USUAL: Days = 30;

/** The first page: what came of the campaigns, what needs somebody, and what runs next. */
export function Component() {
  const { t } = useTranslation('home');
  const [params, setParams] = useSearchParams();
  const days = PERIODS.find((each) => String(each) === params.get('days')) ?? USUAL;
  return (
    <Page
      title={t('title')}
      actions={
        <SegmentedControl
          aria-label={t('period')}
          value={String(days)}
          onChange={(chosen) => setParams({ days: chosen }, { replace: true })}
          data={PERIODS.map((count) => ({ value: String(count), label: t('days', { count }) }))}
        />
      }
    >
      <Stack gap="xl">
        <Steps />
        <Performance days={days} />
        <Grid gap="xl">
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Attention />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Upcoming />
          </Grid.Col>
        </Grid>
      </Stack>
    </Page>
  );
}

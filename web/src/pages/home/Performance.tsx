import { Button, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Days, home, type Period } from '@/api/home';
import { useFormat } from '@/lib/useFormat';
import { Empty } from '@/ui/Empty';
import { Placeholder } from '@/ui/Placeholder';
import { Problem } from '@/ui/Problem';
import { Best } from './Best';
import { inPoints, relative, share } from './change';
import { Earned, Key } from './Key';
import { Part } from './Part';

/** What was sent, opened, clicked, converted and earned in the period, and how that moved. */
export function Performance({ days }: { days: Days }) {
  const { t } = useTranslation('home');
  const found = useQuery({ ...home.performance(days), placeholderData: keepPreviousData });
  return (
    <>
      <Part title={t('performance')} help={t('against', { count: days })}>
        {found.isPending && <Placeholder rows={1} height={132} />}
        {found.error && <Problem error={found.error} retry={found.refetch} />}
        {found.data && <Figures period={found.data} days={days} />}
      </Part>
      {found.data && <Best rows={found.data.best} />}
    </>
  );
}

function Figures({ period, days }: { period: Period; days: Days }) {
  const { t } = useTranslation('home');
  const { number, percent } = useFormat();
  const { now, before } = period;
  if (now.sent + before.sent + now.conversions + before.conversions === 0) return <Nothing />;
  const values = (key: 'sent' | 'opened' | 'clicked' | 'conversions') => daily(period, days, key);
  const rate = (part: number, whole: number) => {
    const found = share(part, whole);
    return found === null ? '–' : percent(found);
  };
  const [opens, opensBefore] = [now, before].map((each) => share(each.opened, each.open_trackable));
  const [clicks, clicksBefore] = [now, before].map((each) => share(each.clicked, each.click_trackable));
  return (
    <SimpleGrid cols={{ base: 2, md: 3, lg: 5 }} spacing="sm">
      <Key
        label={t('sent')}
        value={number(now.sent)}
        before={number(before.sent)}
        change={relative(now.sent, before.sent)}
        values={values('sent')}
      />
      <Key
        label={t('openRate')}
        value={rate(now.opened, now.open_trackable)}
        note={t('of', { part: number(now.opened), whole: number(now.open_trackable) })}
        before={rate(before.opened, before.open_trackable)}
        change={inPoints(opens ?? null, opensBefore ?? null)}
        points
        values={values('opened')}
      />
      <Key
        label={t('clickRate')}
        value={rate(now.clicked, now.click_trackable)}
        note={t('of', { part: number(now.clicked), whole: number(now.click_trackable) })}
        before={rate(before.clicked, before.click_trackable)}
        change={inPoints(clicks ?? null, clicksBefore ?? null)}
        points
        values={values('clicked')}
      />
      <Key
        label={t('conversions')}
        value={number(now.conversions)}
        before={number(before.conversions)}
        change={relative(now.conversions, before.conversions)}
        values={values('conversions')}
      />
      <Earned now={now.revenue} before={before.revenue} />
    </SimpleGrid>
  );
}

/** A number for each day of the period, also for those on which nothing happened. */
function daily(period: Period, days: Days, key: 'sent' | 'opened' | 'clicked' | 'conversions'): number[] {
  const found = new Map(period.days.map((day) => [day.day, day[key]]));
  const first = new Date(period.since).getTime();
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(first + index * 86_400_000).toISOString().slice(0, 10);
    return found.get(day) ?? 0;
  });
}

function Nothing() {
  const { t } = useTranslation('home');
  return (
    <Stack align="center">
      <Empty icon={IconSend} title={t('nothingSent')} help={t('nothingSentHelp')}>
        <Button component={Link} to="/campaigns" variant="light">
          <Text inherit>{t('toCampaigns')}</Text>
        </Button>
      </Empty>
    </Stack>
  );
}

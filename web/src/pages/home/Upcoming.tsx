import { Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconCalendarEvent } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { home, type Launch } from '@/api/home';
import { localeOf } from '@/lib/locale';
import { Empty } from '@/ui/Empty';
import { Placeholder } from '@/ui/Placeholder';
import { Problem } from '@/ui/Problem';
import { Part } from './Part';

const FEW = 8;

/** The launches that schedules will begin, day by day, each on the clock of its schedule. */
export function Upcoming() {
  const { t } = useTranslation('home');
  const found = useQuery(home.upcoming());
  const [all, setAll] = useState(false);
  const launches = found.data?.launches ?? [];
  const shown = all ? launches : launches.slice(0, FEW);
  const rest = launches.length - shown.length;
  return (
    <Part title={t('upcoming.title')} help={t('upcoming.help')}>
      {found.isPending && <Placeholder rows={4} />}
      {found.error && <Problem error={found.error} retry={found.refetch} />}
      {found.data && !found.data.known && <Text c="dimmed">{t('upcoming.unknown')}</Text>}
      {found.data?.known && launches.length === 0 && (
        <Empty icon={IconCalendarEvent} title={t('upcoming.none')} help={t('upcoming.noneHelp')} small>
          <Button component={Link} to="/campaigns" variant="light">
            {t('toCampaigns')}
          </Button>
        </Empty>
      )}
      <ByDay launches={shown} />
      {rest > 0 && (
        <Button variant="subtle" w="fit-content" onClick={() => setAll(true)}>
          {t('upcoming.more', { count: rest })}
        </Button>
      )}
    </Part>
  );
}

function ByDay({ launches }: { launches: Launch[] }) {
  const { i18n } = useTranslation();
  const language = localeOf(i18n.language);
  const days = new Map<string, Launch[]>();
  for (const launch of launches) {
    const day = new Date(launch.at).toLocaleDateString('sv', { timeZone: launch.timezone });
    days.set(day, [...(days.get(day) ?? []), launch]);
  }
  const calendar = new Intl.DateTimeFormat(language, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  return [...days].map(([day, mine]) => (
    <Paper key={day} withBorder px="md" py="xs">
      <Group align="flex-start" wrap="nowrap">
        <Text component="time" dateTime={day} fw={600} size="sm" w={96} className="figures">
          {calendar.format(new Date(`${day}T00:00:00Z`))}
        </Text>
        <Stack gap={4} flex={1} miw={0}>
          {mine.map((launch) => (
            <One key={`${launch.slug} ${launch.at}`} launch={launch} />
          ))}
        </Stack>
      </Group>
    </Paper>
  ));
}

function One({ launch: { at, slug, name, timezone } }: { launch: Launch }) {
  const { t, i18n } = useTranslation('home');
  const time = new Date(at).toLocaleTimeString(localeOf(i18n.language), { timeStyle: 'short', timeZone: timezone });
  return (
    <Group justify="space-between" gap="xs">
      <Anchor component={Link} to={`/campaigns/${slug}/monitor`} size="sm">
        {name}
      </Anchor>
      <Text component="time" dateTime={at} size="sm" c="dimmed" className="figures">
        {t('upcoming.zone', { time, zone: timezone.replaceAll('_', ' ') })}
      </Text>
    </Group>
  );
}

import { Anchor, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Launch } from '@/api/home';
import { localeOf } from '@/lib/locale';
import { byDay, keyOf, pathOf } from './days';
import { KindIcon } from './KindIcon';
import { useTimeOf } from './useTimeOf';

/** Launches day by day, each on the clock of its schedule. */
export function ByDay({ launches }: { launches: Launch[] }) {
  const { i18n } = useTranslation();
  const language = localeOf(i18n.language);
  const days = byDay(launches);
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
            <One key={keyOf(launch)} launch={launch} />
          ))}
        </Stack>
      </Group>
    </Paper>
  ));
}

function One({ launch }: { launch: Launch }) {
  const { t } = useTranslation('home');
  const time = useTimeOf()(launch);
  const { at, name, kind, timezone, local_time: local } = launch;
  return (
    <Group justify="space-between" gap="xs">
      <Group gap={6} wrap="nowrap" miw={0}>
        <KindIcon kind={kind} />
        <Anchor component={Link} to={pathOf(launch)} size="sm">
          {name}
        </Anchor>
      </Group>
      <Text component="time" dateTime={at} size="sm" c="dimmed" className="figures">
        {local ? t('upcoming.local', { time }) : t('upcoming.zone', { time, zone: timezone.replaceAll('_', ' ') })}
      </Text>
    </Group>
  );
}

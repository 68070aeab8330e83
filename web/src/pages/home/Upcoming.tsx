import { Anchor, Button, Text } from '@mantine/core';
import { IconCalendarEvent } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { home } from '@/api/home';
import { ByDay } from '@/pages/calendar/ByDay';
import { Empty } from '@/ui/Empty';
import { Placeholder } from '@/ui/Placeholder';
import { Problem } from '@/ui/Problem';
import { Part } from './Part';

const FEW = 8;

/** Launches and broadcasts that lie ahead, day by day, each on the clock of its schedule. */
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
      {launches.length > 0 && (
        <Anchor component={Link} to="/calendar" size="sm">
          {t('calendar.open')}
        </Anchor>
      )}
      {rest > 0 && (
        <Button variant="subtle" w="fit-content" onClick={() => setAll(true)}>
          {t('upcoming.more', { count: rest })}
        </Button>
      )}
    </Part>
  );
}

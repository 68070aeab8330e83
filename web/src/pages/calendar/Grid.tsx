import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Launch } from '@/api/home';
import { localeOf } from '@/lib/locale';
import './calendar.css';
import { type Day, keyOf, pathOf } from './days';
import { KindIcon } from './KindIcon';
import { useTimeOf } from './useTimeOf';

type Props = {
  label: string;
  weeks: Day[][];
  launches: Map<Day, Launch[]>;
  today: Day;
  /** Days of other months are dimmed; null: none is. */
  month: string | null;
  /** So many of a day are named. */
  most: number;
};

/** Weeks under each other; each day with what it begins. */
export function Grid({ label, weeks, launches, today, month, most }: Props) {
  const { i18n } = useTranslation();
  const weekday = new Intl.DateTimeFormat(localeOf(i18n.language), { weekday: 'short', timeZone: 'UTC' });
  return (
    <table className="calendar" aria-label={label}>
      <thead>
        <tr>
          {weeks[0]?.map((day) => (
            <th key={day} scope="col">
              {weekday.format(new Date(`${day}T00:00:00Z`))}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((day) => (
              <td
                key={day}
                data-day={day}
                data-today={day === today || undefined}
                data-dim={(month !== null && !day.startsWith(month)) || day < today || undefined}
              >
                <Cell day={day} launches={launches.get(day) ?? []} most={most} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ day, launches, most }: { day: Day; launches: Launch[]; most: number }) {
  const { t } = useTranslation('home');
  const time = useTimeOf();
  const rest = launches.length - most;
  return (
    <Stack gap={4}>
      <time dateTime={day} className="calendar-day">
        {Number(day.slice(8))}
      </time>
      {launches.slice(0, most).map((launch) => (
        <Group key={keyOf(launch)} gap={4} wrap="nowrap" align="flex-start">
          <KindIcon kind={launch.kind} />
          <Text
            size="xs"
            lineClamp={2}
            title={`${launch.name}, ${launch.local_time ? t('upcoming.theirClocks') : launch.timezone}`}
          >
            <span className="figures">{time(launch)}</span>{' '}
            <Anchor component={Link} to={pathOf(launch)} size="xs">
              {launch.name}
            </Anchor>
          </Text>
        </Group>
      ))}
      {rest > 0 && (
        <Anchor component={Link} to={`/calendar?view=week&at=${day}`} size="xs">
          {t('calendar.rest', { count: rest })}
        </Anchor>
      )}
    </Stack>
  );
}

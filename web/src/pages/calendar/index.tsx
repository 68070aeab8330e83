import { ActionIcon, Alert, Button, Group, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCalendarEvent, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { home, type Launch, MOST_LAUNCHES } from '@/api/home';
import { localeOf } from '@/lib/locale';
import { Empty } from '@/ui/Empty';
import { Page } from '@/ui/Page';
import { Placeholder } from '@/ui/Placeholder';
import { Problem } from '@/ui/Problem';
import { ByDay } from './ByDay';
import { byDay, type Day, daysBetween, monthOf, plusDays, plusMonths, weekOf } from './days';
import { Grid } from './Grid';

const VIEWS = ['month', 'week', 'list'] as const;
type View = (typeof VIEWS)[number];
const LONGEST_DAYS = 366;
const LIST_DAYS = 60;
const NAMED = 4;

const today = (): Day => new Date().toLocaleDateString('sv');

/** What runs next: schedules, broadcasts and launches, by month, by week, or as a list. */
export function Component() {
  const { t } = useTranslation('home');
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [params, setParams] = useSearchParams();
  const view = VIEWS.find((each) => each === params.get('view')) ?? (narrow ? 'list' : 'month');
  const asked = params.get('at') ?? '';
  const at = /^\d{4}-\d\d-\d\d$/.test(asked) && !Number.isNaN(Date.parse(asked)) ? asked : today();
  const go = (next: { view?: View; at?: Day }) =>
    setParams({ view: next.view ?? view, at: next.at ?? at }, { replace: true });
  const last = view === 'list' ? plusDays(today(), LIST_DAYS) : lastOf(view, at);
  const days = Math.min(LONGEST_DAYS, Math.max(1, daysBetween(today(), last) + 2));
  const found = useQuery(home.ahead(days));
  return (
    <Page title={t('calendar.title')}>
      <Stack>
        <Group justify="space-between">
          {view === 'list' ? (
            <Text fw={600}>{t('calendar.listTitle', { count: LIST_DAYS })}</Text>
          ) : (
            <Turn view={view} at={at} go={(day) => go({ at: day })} />
          )}
          <SegmentedControl
            aria-label={t('calendar.view')}
            value={view}
            onChange={(next) => go({ view: next as View })}
            data={VIEWS.map((value) => ({ value, label: t(`calendar.views.${value}`) }))}
          />
        </Group>
        <Text size="sm" c="dimmed">
          {t('calendar.help')}
        </Text>
        {found.isPending && <Placeholder rows={6} height={72} />}
        {found.error && <Problem error={found.error} retry={found.refetch} />}
        {found.data && !found.data.known && <Alert color="yellow">{t('upcoming.unknown')}</Alert>}
        {found.data && found.data.launches.length === MOST_LAUNCHES && (
          <Alert color="yellow">{t('calendar.cut', { count: MOST_LAUNCHES })}</Alert>
        )}
        {found.data && <Shown view={view} at={at} last={last} launches={found.data.launches} />}
      </Stack>
    </Page>
  );
}

const lastOf = (view: View, at: Day): Day => (view === 'week' ? weekOf(at) : (monthOf(at).at(-1) ?? [])).at(-1) ?? at;

function Shown({ view, at, last, launches }: { view: View; at: Day; last: Day; launches: Launch[] }) {
  const { t } = useTranslation('home');
  const title = useTitle();
  if (view === 'list') return launches.length > 0 ? <ByDay launches={launches} /> : <Nothing />;
  const weeks = view === 'week' ? [weekOf(at)] : monthOf(at);
  const days = byDay(launches);
  const any = weeks.flat().some((day) => days.has(day));
  return (
    <>
      <Table.ScrollContainer
        minWidth={0}
        scrollAreaProps={{ type: 'auto', viewportProps: { tabIndex: 0, 'aria-label': title(view, at) } }}
      >
        <Grid
          label={title(view, at)}
          weeks={weeks}
          launches={days}
          today={today()}
          month={view === 'month' ? at.slice(0, 7) : null}
          most={view === 'week' ? launches.length : NAMED}
        />
      </Table.ScrollContainer>
      {!any && <Text c="dimmed">{t(last < today() ? 'calendar.past' : 'calendar.none')}</Text>}
    </>
  );
}

function Nothing() {
  const { t } = useTranslation('home');
  return (
    <Empty icon={IconCalendarEvent} title={t('upcoming.none')} help={t('upcoming.noneHelp')}>
      <Button component={Link} to="/campaigns">
        {t('toCampaigns')}
      </Button>
    </Empty>
  );
}

/** "December 2026"; "30 November – 6 December 2026". */
function useTitle(): (view: View, at: Day) => string {
  const { i18n } = useTranslation();
  const language = localeOf(i18n.language);
  const of = (day: Day) => new Date(`${day}T00:00:00Z`);
  return (view, at) => {
    if (view !== 'week') {
      return new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(of(at));
    }
    const week = weekOf(at);
    const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
    return format.formatRange(of(week[0] ?? at), of(week[6] ?? at));
  };
}

/** Earlier, later, and back to today. */
function Turn({ view, at, go }: { view: View; at: Day; go: (day: Day) => void }) {
  const { t } = useTranslation('home');
  const title = useTitle();
  const turned = (by: number) => (view === 'week' ? plusDays(at, 7 * by) : plusMonths(at, by));
  return (
    <Group gap="xs">
      <ActionIcon variant="default" size="lg" aria-label={t('calendar.earlier')} onClick={() => go(turned(-1))}>
        <IconChevronLeft size={16} />
      </ActionIcon>
      <ActionIcon variant="default" size="lg" aria-label={t('calendar.later')} onClick={() => go(turned(1))}>
        <IconChevronRight size={16} />
      </ActionIcon>
      <Button variant="default" size="sm" onClick={() => go(today())}>
        {t('calendar.today')}
      </Button>
      <Text fw={600} role="status">
        {title(view, at)}
      </Text>
    </Group>
  );
}

import { Alert, Anchor, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay, useMe } from '@/api/me';
import { type Status, useStatus } from '@/api/status';
import { useTroubleWords } from '@/app/useTroubleWords';
import { useAge } from '@/lib/useAge';
import { useFormat } from '@/lib/useFormat';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Providers, Queues, Webhooks } from './tables';

/** How the installation is: what is wrong in words, and the figures behind it. */
export function Component() {
  const { t } = useTranslation('status');
  const may = useMay('operator');
  const status = useStatus();
  if (!may) return <Empty alone icon={IconLock} title={t('refused')} />;
  return (
    <Page title={t('title')}>
      {status.data ? (
        <Everything status={status.data} />
      ) : status.error ? (
        <Problem error={status.error} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Everything({ status }: { status: Status }) {
  const { t } = useTranslation('status');
  const temporal = useMe().data?.temporal_ui_url;
  return (
    <Stack gap="lg">
      <Troubles status={status} />
      <Figures status={status} />
      <Part title={t('providers')}>
        <Providers status={status} />
      </Part>
      <Part title={t('queues')}>
        <Queues status={status} />
        {temporal && (
          <Anchor href={temporal} target="_blank" size="sm">
            {t('openTemporal')}
          </Anchor>
        )}
      </Part>
      <Part title={t('webhooks')}>
        <Webhooks status={status} />
      </Part>
    </Stack>
  );
}

function Troubles({ status }: { status: Status }) {
  const { t } = useTranslation('status');
  const words = useTroubleWords();
  if (status.troubles.length === 0)
    return (
      <Alert color="green" icon={<IconCircleCheck />}>
        {t('allWell')}
      </Alert>
    );
  return (
    <Stack gap="xs">
      {status.troubles.map((trouble) => (
        <Alert
          key={`${trouble.code} ${trouble.subject}`}
          color="red"
          icon={<IconAlertTriangle />}
          title={words(trouble)}
        >
          {t(`help.${trouble.code}`)}{' '}
          {trouble.code === 'journeys_failed' && (
            <Anchor component={Link} to="/failed-journeys" size="sm">
              {t('seeFailed')}
            </Anchor>
          )}
        </Alert>
      ))}
    </Stack>
  );
}

function Figures({ status }: { status: Status }) {
  const { t } = useTranslation('status');
  const format = useFormat();
  const age = useAge();
  const builds = status.builds;
  const figures: [string, string][] = [
    [t('sweep'), status.sweep_seconds === null ? t('never') : t('ago', { length: age(status.sweep_seconds) })],
    [t('outbox'), format.number(status.outbox_rows)],
    [t('overdue'), format.number(status.overdue)],
    [t('failed'), format.number(status.journeys.failed ?? 0)],
    [t('starting'), format.number(status.journeys.starting ?? 0)],
    [t('unknown'), format.number(status.messages.unknown ?? 0)],
    [t('build'), builds?.current ?? t('noBuild')],
  ];
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
      {figures.map(([name, value]) => (
        <Paper key={name} withBorder p="sm">
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Text fw={600} className="figures" style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

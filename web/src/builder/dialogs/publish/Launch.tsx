import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCalendarRepeat, IconPlayerPlay, IconRadar2 } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { campaigns, turnScheduleOff, turnScheduleOn } from '@/api/campaigns';
import type { Campaign, Flow } from '@/api/types';
import { localeOf } from '@/lib/locale';
import { Problem } from '@/ui/Problem';
import { ConfirmLaunch } from './ConfirmLaunch';

type Props = {
  campaign: Campaign;
  /** What the version in force holds. */
  flow: Flow;
  /** Whether the draft says something else. */
  changed: boolean;
};

/** How the published version gets its customers: now, by the clock, or by itself. */
export function Launch({ campaign, flow, changed }: Props) {
  const { t } = useTranslation('builder');
  const trigger = flow.nodes.find((node) => node.type === 'entry')?.data.trigger.kind;
  if (campaign.state !== 'active') return <Text size="sm">{t('launch.notActive')}</Text>;
  return (
    <Stack component="section" aria-label={t('launch.title')} gap="sm">
      <Title order={3} size="h5">
        {t('launch.title')}
      </Title>
      {changed && (
        <Text size="sm" c="dimmed">
          {t('launch.changed', { number: campaign.current_version })}
        </Text>
      )}
      {trigger === 'api' && <Text size="sm">{t('launch.byApi')}</Text>}
      {trigger !== 'api' && trigger !== 'segment' && <Text size="sm">{t('launch.byEvent')}</Text>}
      {trigger !== 'segment' && (
        <Group>
          <Watch slug={campaign.slug} />
        </Group>
      )}
      {trigger === 'segment' && (
        <>
          <Now slug={campaign.slug} flow={flow} />
          <ByClock slug={campaign.slug} hasSchedule={Boolean(flow.settings?.schedule)} />
        </>
      )}
    </Stack>
  );
}

function Watch({ slug }: { slug: string }) {
  const { t } = useTranslation('builder');
  return (
    <Button component={Link} to={`/campaigns/${slug}/monitor`} variant="default" leftSection={<IconRadar2 size={16} />}>
      {t('launch.watch')}
    </Button>
  );
}

function Now({ slug, flow }: { slug: string; flow: Flow }) {
  const { t } = useTranslation('builder');
  const [asked, ask] = useDisclosure();
  const [runId, setRunId] = useState<string | null>(null);
  const runs = useQuery({ ...campaigns.runs(slug), refetchInterval: runId ? 1000 : false });
  const run = runs.data?.items.find((each) => each.id === runId);
  return (
    <>
      <Group>
        <Button variant="light" leftSection={<IconPlayerPlay size={16} />} onClick={ask.open}>
          {t('launch.now')}
        </Button>
        {/* Above whatever a launch says: a link that moves as one presses it is not pressed. */}
        <Watch slug={slug} />
      </Group>
      <Text size="sm" c="dimmed">
        {t('launch.nowHelp')}
      </Text>
      <ConfirmLaunch opened={asked} close={ask.close} slug={slug} flow={flow} launched={setRunId} />
      {runId && (
        <Alert color="teal" role="status" data-testid="launched">
          {run
            ? t('launch.progress', { started: run.started, audience: run.audience ?? 0, refused: run.refused })
            : t('launch.begun')}
        </Alert>
      )}
    </>
  );
}

function ByClock({ slug, hasSchedule }: { slug: string; hasSchedule: boolean }) {
  const { t, i18n } = useTranslation('builder');
  const client = useQueryClient();
  const schedule = useQuery({ ...campaigns.schedule(slug), enabled: hasSchedule });
  const turning = useMutation({
    mutationFn: (on: boolean) => (on ? turnScheduleOn(slug) : turnScheduleOff(slug)).then(() => undefined),
    onSettled: () => client.invalidateQueries({ queryKey: ['campaigns', slug, 'schedule'] }),
  });
  if (!hasSchedule) return <Text size="sm">{t('launch.noSchedule')}</Text>;
  const found = schedule.data;
  const zone = found?.schedule?.timezone ?? 'UTC';
  return (
    <Stack gap="xs">
      {found && (
        <div>
          <Text size="sm" fw={600}>
            {t(found.on ? 'launch.scheduleOn' : 'launch.scheduleOff', { zone })}
          </Text>
          <ol style={{ margin: 0, paddingInlineStart: 20, fontSize: 14 }}>
            {found.upcoming.map((at) => (
              <li key={at}>
                {new Date(at).toLocaleString(localeOf(i18n.language), {
                  dateStyle: 'full',
                  timeStyle: 'short',
                  timeZone: zone,
                })}
              </li>
            ))}
          </ol>
        </div>
      )}
      {found && (
        <Button
          variant={found.on ? 'default' : 'filled'}
          w="fit-content"
          leftSection={<IconCalendarRepeat size={16} />}
          loading={turning.isPending}
          onClick={() => turning.mutate(!found.on)}
        >
          {t(found.on ? 'launch.turnOff' : 'launch.turnOn')}
        </Button>
      )}
      {turning.error && <Problem error={turning.error} />}
    </Stack>
  );
}

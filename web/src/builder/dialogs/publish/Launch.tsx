import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconCalendarRepeat, IconRadar2 } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { campaigns, turnScheduleOff } from '@/api/campaigns';
import type { Campaign, Flow } from '@/api/types';
import { localeOf } from '@/lib/locale';
import { Problem } from '@/ui/Problem';
import { StatusBadge } from '@/ui/StatusBadge';

type Props = {
  campaign: Campaign;
  /** What the version in force holds. */
  flow: Flow;
  /** Whether the draft says something else. */
  changed: boolean;
  /** The launch that was begun here. */
  runId: string | null;
};

/** How the published version gets its customers: now, by the clock, or by itself. */
export function Launch({ campaign, flow, changed, runId }: Props) {
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
      <Group>
        <Watch slug={campaign.slug} />
      </Group>
      {trigger === 'segment' && (
        <>
          <Group gap="xs">
            <StatusBadge status={campaign.status} />
          </Group>
          {runId && <Sending slug={campaign.slug} runId={runId} />}
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

/** How far a launch is. */
function Sending({ slug, runId }: { slug: string; runId: string }) {
  const { t } = useTranslation('builder');
  const runs = useQuery({ ...campaigns.runs(slug), refetchInterval: 1000 });
  const run = runs.data?.items.find((each) => each.id === runId);
  return (
    <Alert color="teal" role="status" data-testid="launched">
      {run
        ? run.state === 'cancelled'
          ? t('launch.wasUndone')
          : run.audience === null
            ? t('launch.held')
            : t('launch.progress', { started: run.started, audience: run.audience ?? 0, refused: run.refused })
        : t('launch.begun')}
    </Alert>
  );
}

function ByClock({ slug, hasSchedule }: { slug: string; hasSchedule: boolean }) {
  const { t, i18n } = useTranslation('builder');
  const client = useQueryClient();
  const schedule = useQuery({ ...campaigns.schedule(slug), enabled: hasSchedule });
  const turning = useMutation({
    mutationFn: () => turnScheduleOff(slug),
    onSettled: () => client.invalidateQueries({ queryKey: ['campaigns', slug, 'schedule'] }),
  });
  if (!hasSchedule) return null;
  const found = schedule.data;
  const zone = found?.schedule?.timezone ?? 'UTC';
  return (
    <Stack gap="xs">
      {found && (
        <div>
          <Text size="sm" fw={600}>
            {t(found.on ? 'launch.scheduleOn' : 'launch.scheduleOff', { zone })}
          </Text>
          <ol style={{ margin: 0, paddingInlineStart: 20, fontSize: 'var(--text-sm)' }}>
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
      {found?.on && (
        <Button
          variant="default"
          w="fit-content"
          leftSection={<IconCalendarRepeat size={16} />}
          loading={turning.isPending}
          onClick={() => turning.mutate()}
        >
          {t('launch.turnOff')}
        </Button>
      )}
      {turning.error && <Problem error={turning.error} />}
    </Stack>
  );
}

import { Anchor, Select, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { FlowSettings, Schemas } from '@/api/types';
import { Optional } from '@/contact/Optional';
import { of } from '@/contact/policy';
import { QuietHoursFields } from '@/contact/QuietHoursFields';
import { NIGHT } from '@/contact/quiet';
import { DurationField } from '../fields/DurationField';
import { TopicField } from '../fields/TopicField';

type Limits = Schemas['CampaignLimits'];
type Props = { settings: FlowSettings; change: (part: Partial<FlowSettings>) => void };

const OVER = ['defer', 'skip', 'exit'] as const;
const BETWEEN = ['campaign', 'topic'] as const;
const NONE: Limits = { cooldown: null, quiet_hours: null, over_limit: 'defer', defer_up_to: of({ days: 7 }) };

/** What the campaign is about, and its own limits beside the installation's: the stricter holds. */
export function LimitsFields({ settings, change }: Props) {
  const { t } = useTranslation('contacting');
  const limits = settings.limits ?? NONE;
  const put = (part: Partial<Limits>) => change({ limits: { ...limits, ...part } });
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('limits.help')}{' '}
        <Anchor component={Link} to="/contact-policy" size="sm">
          {t('limits.policy')}
        </Anchor>
      </Text>
      <TopicField
        label={t('limits.topic')}
        description={t('limits.topicHelp')}
        placeholder={t('limits.anyTopic')}
        value={settings.topic ?? null}
        onChange={(topic) => change({ topic })}
      />
      <Optional
        label={t('limits.cooldown')}
        description={t('limits.cooldownHelp')}
        value={limits.cooldown}
        initial={{ duration: of({ days: 1 }), between: 'campaign' as const }}
        onChange={(cooldown) => put({ cooldown })}
      >
        {(cooldown) => (
          <>
            <DurationField
              label={t('cooldown.length')}
              value={cooldown.duration}
              onChange={(duration) => put({ cooldown: { ...cooldown, duration } })}
            />
            <Select
              label={t('limits.between')}
              data={BETWEEN.map((each) => ({ value: each, label: t(`limits.betweens.${each}`) }))}
              value={cooldown.between}
              error={cooldown.between === 'topic' && !settings.topic ? t('limits.noTopic') : undefined}
              onChange={(between) => put({ cooldown: { ...cooldown, between: between as (typeof BETWEEN)[number] } })}
            />
          </>
        )}
      </Optional>
      <Optional
        label={t('quiet.on')}
        description={t('limits.quietHelp')}
        value={limits.quiet_hours}
        initial={NIGHT}
        onChange={(quiet_hours) => put({ quiet_hours })}
      >
        {(hours) => <QuietHoursFields value={hours} onChange={(quiet_hours) => put({ quiet_hours })} />}
      </Optional>
      <Select
        label={t('limits.over')}
        description={t(`limits.overHelp.${limits.over_limit}`)}
        data={OVER.map((each) => ({ value: each, label: t(`limits.overs.${each}`) }))}
        value={limits.over_limit}
        onChange={(over_limit) => put({ over_limit: (over_limit ?? 'defer') as Limits['over_limit'] })}
      />
      <DurationField
        label={t('limits.deferUpTo')}
        description={t('limits.deferUpToHelp')}
        value={limits.defer_up_to}
        onChange={(defer_up_to) => put({ defer_up_to })}
      />
    </Stack>
  );
}

import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { contact } from '@/api/contact';
import type { Channel, Schemas } from '@/api/types';

/** By channel, how many of the audience a message will not reach because they have not consented; nothing where all have. */
export function NoConsent({ review }: { review: Schemas['ReviewView'] | undefined }) {
  const { t, i18n } = useTranslation(['builder', 'app']);
  const without = (review?.channels ?? []).filter(({ blocked }) => (blocked.consent ?? 0) > 0);
  if (!review || without.length === 0) return null;
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} data-testid="no-consent">
      {without.map(({ channel, blocked }) => (
        <Text key={channel} size="sm">
          {t('builder:review.noConsent', {
            number: (blocked.consent ?? 0).toLocaleString(i18n.language),
            checked: review.checked.toLocaleString(i18n.language),
            channel: t(`app:channel.${channel}`),
          })}
        </Text>
      ))}
    </Alert>
  );
}

const ASKS: Channel[] = ['email', 'sms'];

/** Where marketing goes to those too who never said anything: by which of the draft's channels. */
export function OptOut({ review, marketing }: { review: Schemas['ReviewView']; marketing: boolean }) {
  const { t } = useTranslation(['builder', 'app']);
  const { data } = useQuery(contact.policy());
  const asked: Channel[] = data?.policy.opt_in_channels ?? [];
  const open = review.channels
    .map(({ channel }) => channel)
    .filter((each) => ASKS.includes(each) && !asked.includes(each));
  if (!data || !marketing || open.length === 0) return null;
  return (
    <Alert color="gray" icon={<IconInfoCircle />} data-testid="opt-out">
      <Text size="sm">
        {t('builder:review.optOut', { channels: open.map((each) => t(`app:channel.${each}`)).join(', ') })}
      </Text>
    </Alert>
  );
}

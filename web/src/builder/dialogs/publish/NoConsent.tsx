import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';

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

import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { localeOf } from '@/lib/locale';

/** A moment on the clock of a zone, with the zone's name. */
export function When({ at, zone }: { at: string; zone: string }) {
  const { i18n } = useTranslation();
  const moment = new Date(at).toLocaleString(localeOf(i18n.language), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  });
  return (
    <time dateTime={at}>
      {moment}
      <Text size="xs" c="dimmed">
        {zone.replaceAll('_', ' ')}
      </Text>
    </time>
  );
}

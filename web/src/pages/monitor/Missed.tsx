import { Alert, Text } from '@mantine/core';
import { IconCalendarX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns } from '@/api/campaigns';
import { useFormat } from '@/lib/useFormat';

/** Scheduled launches of the last month that did not take place. Nothing where there are none. */
export function Missed({ slug }: { slug: string }) {
  const { t } = useTranslation('monitor');
  const format = useFormat();
  const missed = useQuery(campaigns.schedule(slug)).data?.missed_launches ?? [];
  if (missed.length === 0) return null;
  return (
    <Alert color="orange" icon={<IconCalendarX />} title={t('runs.missed', { count: missed.length })}>
      <Text size="sm">{t('runs.missedHelp', { moments: format.list(missed.map((at) => format.moment(at))) })}</Text>
    </Alert>
  );
}

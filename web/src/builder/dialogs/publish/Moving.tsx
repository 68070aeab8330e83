import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns } from '@/api/campaigns';
import type { Campaign } from '@/api/types';

/** How far a move of those inside is; it goes on when nobody looks. */
export function Moving({ campaign, id }: { campaign: Campaign; id: string }) {
  const { slug } = campaign;
  const { t } = useTranslation('builder');
  const found = useQuery({
    ...campaigns.move(slug, id),
    refetchInterval: ({ state }) => (state.data?.state === 'done' && state.data.outstanding === 0 ? false : 1000),
  });
  if (!found.data) return null;
  const { state, told, outstanding, to_version: number } = found.data;
  const moved = told - outstanding;
  const isPaused = campaign.state === 'paused';
  const words = [
    ...(state !== 'done' ? [t('moving.going', { count: told, number })] : []),
    // while it is paused, those who wait for the resume are what is to be said
    ...(state === 'done' && (moved > 0 || outstanding === 0) ? [t('moving.done', { count: moved, number })] : []),
    ...(outstanding > 0
      ? [t(isPaused ? 'moving.whenResumed' : 'moving.outstanding', { count: outstanding, number })]
      : []),
  ];
  return (
    <Alert color={state === 'done' ? 'teal' : 'blue'} role="status" data-testid="moving">
      <Text size="sm">{words.join(' ')}</Text>
    </Alert>
  );
}

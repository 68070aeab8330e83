import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns } from '@/api/campaigns';
import type { Campaign } from '@/api/types';
import { movedWords } from './moved';

/** How far a move of those inside is; it goes on when nobody looks. */
export function Moving({ campaign, id }: { campaign: Campaign; id: string }) {
  const { slug } = campaign;
  const { t } = useTranslation('builder');
  const found = useQuery({
    ...campaigns.move(slug, id),
    refetchInterval: ({ state }) => (state.data?.state === 'done' && state.data.outstanding === 0 ? false : 1000),
  });
  if (!found.data) return null;
  const { state, to_version: number } = found.data;
  const words = movedWords(found.data, campaign.state === 'paused').map(({ text, count }) =>
    t(`moving.${text}`, { count, number }),
  );
  return (
    <Alert color={state === 'done' ? 'teal' : 'blue'} role="status" data-testid="moving">
      <Text size="sm">{words.join(' ')}</Text>
    </Alert>
  );
}

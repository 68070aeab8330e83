import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns } from '@/api/campaigns';

/** How far a move of those inside is; it goes on when nobody looks. */
export function Moving({ slug, id }: { slug: string; id: string }) {
  const { t } = useTranslation('builder');
  const found = useQuery({
    ...campaigns.move(slug, id),
    refetchInterval: ({ state }) => (state.data?.state === 'done' && state.data.outstanding === 0 ? false : 1000),
  });
  if (!found.data) return null;
  const { state, told, outstanding, to_version: number } = found.data;
  return (
    <Alert color={state === 'done' ? 'teal' : 'blue'} role="status" data-testid="moving">
      <Text size="sm">
        {state === 'done'
          ? t('moving.done', { count: told - outstanding, number })
          : t('moving.going', { count: told, number })}
        {outstanding > 0 && ` ${t('moving.outstanding', { count: outstanding })}`}
      </Text>
    </Alert>
  );
}

import { Anchor, Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { experiments } from '@/api/experiments';
import { Arms } from '../experiment/Arms';
import { StateBadge } from '../experiments/StateBadge';

/** The figures by arm of the newest experiment on a split that has begun. */
export function ArmFigures({ slug, node }: { slug: string; node: string }) {
  const { t } = useTranslation('experiments');
  const listed = useQuery(experiments.ofSplit(slug, node));
  const begun = listed.data?.items.find(({ started_at }) => started_at !== null);
  const found = useQuery({ ...experiments.one(begun?.id ?? ''), enabled: begun !== undefined });
  if (!begun || !found.data) return null;
  return (
    <Stack gap="xs" component="section" aria-label={t('arms')}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          <Anchor component={Link} to={`/experiments/${begun.id}`} fz="inherit">
            {begun.name}
          </Anchor>
        </Title>
        <StateBadge state={found.data.state} ramp={found.data.ramp} />
      </Group>
      <Arms experiment={found.data} />
    </Stack>
  );
}

import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CampaignState } from '@/api/types';

const COLOURS: Record<CampaignState, string> = {
  draft: 'gray',
  active: 'teal',
  paused: 'yellow',
  retired: 'grape',
  stopped: 'red',
};

export function StateBadge({ state }: { state: CampaignState }) {
  const { t } = useTranslation('campaigns');
  return (
    <Badge variant="dot" miw="max-content" color={COLOURS[state]} tt="none" size="lg" fw={500}>
      {t(`states.${state}`)}
    </Badge>
  );
}

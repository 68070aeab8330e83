import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { State } from './model';

const COLOURS: Record<State, string> = { draft: 'gray', active: 'teal', paused: 'yellow', ended: 'gray' };

/** What a promotion is doing. */
export function StateBadge({ state }: { state: State }) {
  const { t } = useTranslation('promotions');
  return (
    <Badge variant="dot" color={COLOURS[state]} tt="none" size="lg" fw={500} miw="max-content" data-testid="state">
      {t(`state.${state}`)}
    </Badge>
  );
}

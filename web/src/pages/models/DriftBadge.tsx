import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { drifted } from './figures';

const COLOURS = { none: 'gray', calm: 'teal', some: 'yellow', much: 'red' };

/** How far the world has moved since a model was learned. */
export function DriftBadge({ index }: { index: number | null }) {
  const { t } = useTranslation('intelligence');
  const state = drifted(index);
  return (
    <Badge variant="dot" fw={500} color={COLOURS[state]} tt="none" miw="max-content">
      {t(`drifted.${state}`)}
    </Badge>
  );
}

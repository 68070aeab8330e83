import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ExperimentItem } from '@/api/experiments';
import { useFormat } from '@/lib/useFormat';

type State = ExperimentItem['state'];

const COLOURS: Record<State, string> = {
  draft: 'gray',
  running: 'teal',
  ramping: 'indigo',
  decided: 'green',
  rolled_back: 'red',
  stopped: 'gray',
};

/** Where an experiment stands. */
export function StateBadge({ state, ramp }: { state: State; ramp: number }) {
  const { t } = useTranslation('experiments');
  const { percent } = useFormat();
  return (
    <Badge
      variant="dot"
      color={COLOURS[state]}
      size="lg"
      tt="none"
      fw={500}
      miw="max-content"
      data-testid="experiment-state"
    >
      {t(`state.${state}`, { share: percent(ramp) })}
    </Badge>
  );
}

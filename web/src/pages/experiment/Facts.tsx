import { SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Experiment } from '@/api/experiments';
import { useFormat } from '@/lib/useFormat';
import { Figure } from '@/ui/Figure';
import { StateBadge } from '../experiments/StateBadge';

/** Where it stands: state, size, time left, and whether the shares are as planned. */
export function Facts({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const { number, percent } = useFormat();
  const { state, ramp, exposed, plan, days_left: left, crossed, sample_ratio_ok: ok } = experiment;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Figure label={t('stateTitle')} value={<StateBadge state={state} ramp={ramp} />} />
      <Figure
        label={t('customers')}
        value={t('ofPlanned', { n: number(exposed), planned: number(plan.planned_customers) })}
        note={crossed > 0 ? t('crossed', { count: crossed, n: number(crossed) }) : percent(experiment.progress)}
      />
      <Figure
        label={t('timeLeft')}
        value={left === null ? '–' : t('days', { count: left, n: number(left) })}
        note={left === null ? undefined : t('atThisPace')}
      />
      <Figure
        label={t('shares.title')}
        value={state === 'draft' ? '–' : t(ok ? 'shares.ok' : 'shares.wrong')}
        note={ok ? t('shares.okHelp') : t('shares.wrongHelp')}
      />
    </SimpleGrid>
  );
}

import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle, IconTrendingDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Effect, Experiment } from '@/api/experiments';
import { labelOf, metricsOf, type Verdict, verdictOf } from '../experiments/figures';
import { useMetricWords } from '../experiments/useMetricWords';

const LOOK: Record<Verdict, { colour: string; icon: typeof IconInfoCircle }> = {
  few: { colour: 'gray', icon: IconInfoCircle },
  open: { colour: 'gray', icon: IconInfoCircle },
  inconclusive: { colour: 'yellow', icon: IconInfoCircle },
  better: { colour: 'teal', icon: IconCircleCheck },
  worse: { colour: 'orange', icon: IconTrendingDown },
};

/** What may be said of each arm, as a sentence; first what forbids saying anything. */
export function Verdicts({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  return (
    <Stack gap="xs" data-testid="verdicts">
      {!experiment.sample_ratio_ok && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('shares.wrong')}>
          {t('shares.alarm')}
        </Alert>
      )}
      <Crossed experiment={experiment} />
      {experiment.effects
        .filter(({ metric }) => metric === 0)
        .map((effect) => (
          <Sentence key={effect.arm} effect={effect} experiment={experiment} />
        ))}
    </Stack>
  );
}

/** Guardrails that were crossed. */
function Crossed({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const words = useMetricWords();
  return metricsOf(experiment)
    .filter(({ role }) => role === 'guardrail')
    .flatMap(({ metric, index }) =>
      experiment.effects
        .filter((effect) => effect.metric === index && effect.worse)
        .map((effect) => (
          <Alert key={`${index} ${effect.arm}`} color="red" icon={<IconAlertTriangle />}>
            {t('guardrailCrossed', {
              arm: labelOf(experiment.arms, effect.arm),
              metric: words.name(metric),
              effect: words.effect(metric, effect.effect ?? 0),
            })}
          </Alert>
        )),
    );
}

function Sentence({ effect, experiment }: { effect: Effect; experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const words = useMetricWords();
  const { plan, arms } = experiment;
  const verdict = verdictOf(effect, experiment);
  const { colour, icon: Icon } = LOOK[verdict];
  const named = { arm: labelOf(arms, effect.arm), control: labelOf(arms, plan.control) };
  const figures = {
    effect: words.effect(plan.primary, effect.effect ?? 0),
    low: words.bare(plan.primary, effect.low ?? 0),
    high: words.bare(plan.primary, effect.high ?? 0),
  };
  const sure = verdict === 'better' || verdict === 'worse';
  const when = verdict === 'better' && plan.win === 'at_end' ? 'sureAtEnd' : 'sure';
  return (
    <Alert color={colour} icon={<Icon />} data-verdict={verdict} data-arm={effect.arm}>
      <Text fw={sure ? 600 : undefined}>{t(`verdict.${verdict}`, { ...named, ...figures })}</Text>
      {sure && (
        <Text size="sm" c="dimmed">
          {t(`verdict.${when}`)}
        </Text>
      )}
    </Alert>
  );
}

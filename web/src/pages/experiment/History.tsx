import { Button, Text, Timeline } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Experiment, looksTable } from '@/api/experiments';
import { download, fileName } from '@/lib/csv';
import { useFormat } from '@/lib/useFormat';
import { tell } from '@/ui/tell';
import { Part } from '../broadcast/Part';
import { labelOf } from '../experiments/figures';
import { useMetricWords } from '../experiments/useMetricWords';

type Decision = Experiment['decisions'][number];

/** Every step that was taken, with the look it rests on. */
export function History({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const { moment } = useFormat();
  const saving = useMutation({
    mutationFn: () => looksTable(experiment.id),
    onSuccess: (table) => download(fileName(experiment.name, 'csv'), String(table)),
    onError: tell,
  });
  return (
    <Part title={t('history.title')}>
      <Timeline bulletSize={14} active={experiment.decisions.length} data-testid="steps">
        {experiment.decisions.map((step) => (
          <Timeline.Item key={step.step} title={<Step step={step} experiment={experiment} />}>
            <Text size="xs" c="dimmed">
              <time dateTime={step.at}>{moment(step.at)}</time>
              {step.look ? ` · ${t('history.look', { number: step.look })}` : ''}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
      <Button
        size="xs"
        variant="default"
        w="fit-content"
        leftSection={<IconDownload size={14} />}
        loading={saving.isPending}
        onClick={() => saving.mutate()}
      >
        {t('history.csv')}
      </Button>
    </Part>
  );
}

function Step({ step, experiment }: { step: Decision; experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const { percent } = useFormat();
  const words = useMetricWords();
  const arm = labelOf(experiment.arms, step.arm);
  const said = t(`history.kind.${step.kind}`, { arm, share: percent(step.ramp ?? 0) });
  const why = step.reason === 'by hand' ? t('history.byHand') : step.reason && words.event(step.reason);
  return (
    <Text size="sm" data-kind={step.kind} data-arm={step.arm ?? ''}>
      {said}
      {why && ` (${why})`}
    </Text>
  );
}

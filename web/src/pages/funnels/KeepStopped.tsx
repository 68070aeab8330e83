import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useMay } from '@/api/me';
import { type FunnelQuestion, reports } from '@/api/reports';
import { useFormat } from '@/lib/useFormat';
import { tell } from '@/ui/tell';

type Props = { question: FunnelQuestion; step: number };

/** One click: a segment of those who came to a step and went no further. */
export function KeepStopped({ question, step }: Props) {
  const { t } = useTranslation('analytics');
  const may = useMay('marketer');
  const format = useFormat();
  const navigate = useNavigate();
  const client = useQueryClient();
  const of = question.funnel.steps[step];
  const keep = useMutation({
    mutationFn: () => {
      const about = of && 'event' in of ? of.event : '';
      const name = t('stoppedName', { step: about, at: format.exact(Date.now()) }).slice(0, 120);
      return reports.keepStopped({ ...question, step, name });
    },
    onSuccess: async ({ segment_id }) => {
      await client.invalidateQueries({ queryKey: ['segments'] });
      await navigate(`/segments/${segment_id}`);
    },
    onError: tell,
  });
  if (!may) return null;
  return (
    <Button size="xs" variant="default" loading={keep.isPending} onClick={() => keep.mutate()}>
      {t('keepStopped')}
    </Button>
  );
}

import { Button, Group, Modal, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { createExperiment } from '@/api/experiments';
import { Problem } from '@/ui/Problem';
import { DecisionFields } from './DecisionFields';
import { type Arms, begin, type Form, isComplete, planOf } from './form';
import { MetricFields } from './MetricFields';
import { SizeFields } from './SizeFields';
import { usePower } from './usePower';
import { WordsFields } from './WordsFields';

type Props = { slug: string; node: string; arms: Arms; close: () => void };

/** Writes an experiment down: nothing is assigned before somebody starts it on its page. */
export function ExperimentDialog({ slug, node, arms, close }: Props) {
  const { t } = useTranslation(['experiments', 'app']);
  const navigate = useNavigate();
  const client = useQueryClient();
  const [form, setForm] = useState<Form>(() => begin(arms));
  const put = (part: Partial<Form>) => setForm((now) => ({ ...now, ...part }));
  const power = usePower(slug, form, arms.length);
  const planned = form.customers ?? power.power?.total ?? null;
  const saving = useMutation({
    mutationFn: () =>
      createExperiment({ campaign: slug, node_id: node, name: form.name.trim(), plan: planOf(form, planned ?? 0) }),
    onSuccess: ({ id, name }) => {
      void client.invalidateQueries({ queryKey: ['experiments'] });
      notifications.show({ message: t('experiments:form.saved', { name }) });
      navigate(`/experiments/${id}`);
    },
  });
  return (
    <Modal opened onClose={close} size="lg" title={t('experiments:panel.new')} closeOnClickOutside={false}>
      <Stack>
        <WordsFields form={form} put={put} arms={arms} />
        <MetricFields form={form} put={put} />
        <SizeFields form={form} put={put} power={power} />
        <DecisionFields form={form} put={put} />
        {saving.error && <Problem error={saving.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app:cancel')}
          </Button>
          <Button
            loading={saving.isPending}
            disabled={!isComplete(form) || planned === null}
            onClick={() => saving.mutate()}
          >
            {t('experiments:form.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

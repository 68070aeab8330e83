import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Experiment, type Step, step } from '@/api/experiments';
import { Problem } from '@/ui/Problem';
import { useSteering } from './useSteering';

/** Says what a step does, and takes it. */
export function Confirm({ experiment, which, close }: { experiment: Experiment; which: Step; close: () => void }) {
  const { t } = useTranslation(['experiments', 'app']);
  const acting = useSteering(() => step(experiment.id, which), close);
  const winner = experiment.winner_label;
  return (
    <Modal opened onClose={close} title={t(`experiments:steer.${which}.do`)} role="alertdialog">
      <Stack>
        <Text size="sm">{t(`experiments:steer.${which}.what`, { winner, campaign: experiment.campaign_name })}</Text>
        {acting.error && <Problem error={acting.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app:cancel')}
          </Button>
          <Button loading={acting.isPending} onClick={() => acting.mutate(undefined)} data-autofocus>
            {t(`experiments:steer.${which}.yes`)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

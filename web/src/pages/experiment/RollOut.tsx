import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Experiment, promoteArm } from '@/api/experiments';
import { Problem } from '@/ui/Problem';
import { useSteering } from './useSteering';

/** Asks which arm all new customers shall come to, step by step. */
export function RollOut({ experiment, close }: { experiment: Experiment; close: () => void }) {
  const { t } = useTranslation(['experiments', 'app']);
  const others = experiment.arms.filter(({ control, retired }) => !control && !retired);
  const best = experiment.effects.find(({ metric, better }) => metric === 0 && better);
  const [arm, choose] = useState(best?.arm ?? '');
  const acting = useSteering(() => promoteArm(experiment.id, arm), close);
  return (
    <Modal opened onClose={close} title={t('experiments:steer.roll-out.do')} role="alertdialog">
      <Stack>
        <Text size="sm">{t('experiments:steer.roll-out.what')}</Text>
        <Radio.Group value={arm} onChange={choose} label={t('experiments:arm')}>
          <Stack gap="xs" mt="xs">
            {others.map((each) => (
              <Radio key={each.arm} value={each.arm} label={each.label || each.arm} />
            ))}
          </Stack>
        </Radio.Group>
        {arm !== '' && arm !== best?.arm && (
          <Text size="sm" c="orange">
            {t('experiments:steer.roll-out.unproven')}
          </Text>
        )}
        {acting.error && <Problem error={acting.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app:cancel')}
          </Button>
          <Button loading={acting.isPending} disabled={!arm} onClick={() => acting.mutate(undefined)}>
            {t('experiments:steer.roll-out.yes')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

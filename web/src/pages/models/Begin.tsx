import { Anchor, Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { score, train } from '@/api/intelligence';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { tell } from '@/ui/tell';

/** Learning and scoring now, instead of in the night. */
export function Begin() {
  const { t } = useTranslation('intelligence');
  const [operator, marketer] = [useMay('operator'), useMay('marketer')];
  const begun = (message: string) => ({
    onSuccess: (work: Schemas['WorkView']) =>
      notifications.show({
        title: message,
        message: (
          <Anchor href={work.temporal_url} target="_blank" rel="noreferrer">
            {t('learned.watch')}
          </Anchor>
        ),
      }),
    onError: tell,
  });
  const training = useMutation({ mutationFn: train, ...begun(t('learned.training')) });
  const scoring = useMutation({ mutationFn: score, ...begun(t('learned.scoring')) });
  return (
    <Group gap="xs">
      {marketer && (
        <Button variant="default" loading={scoring.isPending} onClick={() => scoring.mutate()}>
          {t('learned.score')}
        </Button>
      )}
      {operator && (
        <Button title={t('learned.trainHelp')} loading={training.isPending} onClick={() => training.mutate()}>
          {t('learned.train')}
        </Button>
      )}
    </Group>
  );
}

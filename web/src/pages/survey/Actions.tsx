import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/api/me';
import { removeTests, type Survey, startWave, tryLink, updateSurvey } from '@/api/surveys';
import { tell } from '@/ui/tell';

/** Start, end, ask anew; try the page out, and take the trials away again. */
export function Actions({ survey }: { survey: Survey }) {
  const { t } = useTranslation('surveys');
  const client = useQueryClient();
  const may = useMay('marketer');
  const onSuccess = () => client.invalidateQueries({ queryKey: ['surveys'] });
  const turning = useMutation({
    mutationFn: (state: 'active' | 'ended') => updateSurvey(survey.id, { revision: survey.revision, state }),
    onSuccess,
    onError: tell,
  });
  const wave = useMutation({ mutationFn: () => startWave(survey.id, survey.revision), onSuccess, onError: tell });
  const trying = useMutation({
    mutationFn: () => tryLink(survey.id),
    onSuccess: ({ url }) => window.open(url, '_blank', 'noopener'),
    onError: tell,
  });
  const removing = useMutation({
    mutationFn: () => removeTests(survey.id),
    onSuccess: ({ answers }) => notifications.show({ message: t('testsRemoved', { count: answers }) }),
    onError: tell,
  });
  if (!may) return null;
  return (
    <Group gap="xs">
      <Button variant="default" loading={trying.isPending} onClick={() => trying.mutate()}>
        {t('try')}
      </Button>
      <Button variant="subtle" loading={removing.isPending} onClick={() => removing.mutate()}>
        {t('removeTests')}
      </Button>
      {survey.state === 'active' && (
        <Button variant="default" loading={wave.isPending} onClick={() => wave.mutate()}>
          {t('newWave')}
        </Button>
      )}
      {survey.state === 'active' ? (
        <Button color="red" variant="light" loading={turning.isPending} onClick={() => turning.mutate('ended')}>
          {t('end')}
        </Button>
      ) : (
        <Button loading={turning.isPending} onClick={() => turning.mutate('active')}>
          {t('start')}
        </Button>
      )}
    </Group>
  );
}

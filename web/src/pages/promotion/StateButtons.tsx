import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/api/me';
import { changePromotion, promotions } from '@/api/promotions';
import type { PromotionView, State } from '@/promotions/model';
import { StateBadge } from '@/promotions/StateBadge';
import { tell } from '@/ui/tell';

/** Starts, pauses and ends a promotion. */
export function StateButtons({ shown }: { shown: PromotionView }) {
  const { t } = useTranslation(['promotions', 'app']);
  const may = useMay('marketer');
  const client = useQueryClient();
  const [ending, end] = useDisclosure();
  const { id, state, revision } = shown;
  const changing = useMutation({
    mutationFn: (next: State) => changePromotion(id, { revision, state: next }),
    onSuccess: async (now) => {
      client.setQueryData(promotions.one(id).queryKey, now);
      await client.invalidateQueries({ queryKey: ['promotions'] });
      end.close();
    },
    onError: (error) => {
      tell(error);
      void client.invalidateQueries({ queryKey: promotions.one(id).queryKey });
    },
  });
  const button = (next: State, text: 'start' | 'pause' | 'resume') => (
    <Button
      variant={next === 'active' ? 'filled' : 'default'}
      loading={changing.isPending}
      onClick={() => changing.mutate(next)}
    >
      {t(`promotions:${text}`)}
    </Button>
  );
  return (
    <Group gap="xs">
      <StateBadge state={state} />
      {may && state === 'draft' && button('active', 'start')}
      {may && state === 'active' && button('paused', 'pause')}
      {may && state === 'paused' && button('active', 'resume')}
      {may && (state === 'active' || state === 'paused') && (
        <Button variant="default" c="var(--mantine-color-red-light-color)" onClick={end.open}>
          {t('promotions:end')}
        </Button>
      )}
      <Modal opened={ending} onClose={end.close} title={t('promotions:endTitle', { name: shown.name })}>
        <Stack>
          <Text size="sm">{t('promotions:endHelp')}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={end.close} data-autofocus>
              {t('app:cancel')}
            </Button>
            <Button color="red" loading={changing.isPending} onClick={() => changing.mutate('ended')}>
              {t('promotions:end')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}

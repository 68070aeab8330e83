import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { Problem } from '@/ui/Problem';

export function Remove({ template }: { template: Schemas['TemplateView'] }) {
  const { t } = useTranslation(['templates', 'app']);
  const may = useMay('marketer');
  const navigate = useNavigate();
  const client = useQueryClient();
  const [opened, modal] = useDisclosure();
  const removing = useMutation({
    mutationFn: () => take(api.DELETE('/templates/{template_id}', { params: { path: { template_id: template.id } } })),
    onSuccess: async () => {
      navigate('/templates');
      await client.invalidateQueries({ queryKey: ['templates'] });
    },
  });
  if (!may) return null;
  return (
    <>
      <Button variant="default" c="var(--mantine-color-red-light-color)" onClick={modal.open}>
        {t('app:delete')}
      </Button>
      <Modal opened={opened} onClose={modal.close} title={t('templates:deleteTitle', { name: template.name })}>
        <Stack>
          <Text size="sm">{t('templates:deleteHelp')}</Text>
          {removing.error && <Problem error={removing.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={modal.close} data-autofocus>
              {t('app:cancel')}
            </Button>
            <Button color="red" loading={removing.isPending} onClick={() => removing.mutate()}>
              {t('app:delete')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

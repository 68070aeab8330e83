import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Customer, Schemas } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';

type Merge = Schemas['MergeView'];

/** The profiles that were merged into this one, with a way to part them again. */
export function Merges({ customer, close }: { customer: Customer; close: () => void }) {
  const { t } = useTranslation('customers');
  const found = useQuery({
    queryKey: ['customer', customer.id, 'merges'],
    queryFn: () => take(api.GET('/customers/{customer}/merges', { params: { path: { customer: customer.id } } })),
  });
  return (
    <Modal opened onClose={close} title={t('merges.title')} size="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          {t('merges.help')}
        </Text>
        {found.isPending && <Loading />}
        {found.error && <Problem error={found.error} />}
        {found.data?.length === 0 && <Text>{t('merges.none')}</Text>}
        {found.data
          ?.filter((merge) => merge.surviving_id === customer.id)
          .map((merge) => (
            <One key={merge.id} customer={customer} merge={merge} />
          ))}
      </Stack>
    </Modal>
  );
}

function One({ customer, merge }: { customer: Customer; merge: Merge }) {
  const { t } = useTranslation('customers');
  const client = useQueryClient();
  const name = merge.merged_external_id ?? t('anonymous');
  const undoing = useMutation({
    mutationFn: () =>
      take(
        api.POST('/customers/{customer}/merges/{merge_id}/undo', {
          params: { path: { customer: customer.id, merge_id: merge.id } },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['customer'] });
      await client.invalidateQueries({ queryKey: ['customers'] });
    },
  });
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text>
          <b>{name}</b>, {t(`merges.reason.${merge.reason}`)}, <Since at={merge.at} />
        </Text>
        {merge.can_be_undone && (
          <Button
            size="compact-sm"
            variant="default"
            loading={undoing.isPending}
            onClick={() => undoing.mutate()}
            aria-label={t('merges.undoOne', { name })}
          >
            {t('merges.undo')}
          </Button>
        )}
        {merge.undone_at && <Text c="dimmed">{t('merges.undone')}</Text>}
      </Group>
      {undoing.error && <Problem error={undoing.error} />}
    </Stack>
  );
}

import { Button, Group, Loader, Modal, Paper, Stack, Text } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api, take } from '@/api/client';
import type { Condition } from '@/api/types';
import { Loading } from '@/ui/Loading';

const ConditionEditor = lazy(() => import('./ConditionEditor').then((it) => ({ default: it.ConditionEditor })));

type Props = {
  label: string;
  value: Condition;
  /** Inside a journey, questions about this journey can be asked; nobody can be counted for them. */
  inJourney?: boolean;
  onChange: (value: Condition) => void;
};

/** A condition in words, with how many meet it now, and the way to change it. */
export function ConditionField({ label, value, inJourney = false, onChange }: Props) {
  const { t } = useTranslation(['conditions', 'app']);
  const [opened, modal] = useDisclosure();
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Paper withBorder p="xs">
        <Said value={value} />
        <Button size="compact-sm" variant="light" mt="xs" onClick={modal.open}>
          {t('conditions:edit')}
        </Button>
      </Paper>
      <Modal opened={opened} onClose={modal.close} title={label} size="min(1000px, 96vw)">
        <Suspense fallback={<Loading />}>
          <ConditionEditor value={value} inJourney={inJourney} onChange={onChange} />
        </Suspense>
        <Group justify="space-between" mt="md" wrap="nowrap" align="flex-start">
          <Said value={value} />
          <Button onClick={modal.close}>{t('conditions:done')}</Button>
        </Group>
      </Modal>
    </Stack>
  );
}

/** What the API makes of the condition: its words, and its count. */
function Said({ value }: { value: Condition }) {
  const { t, i18n } = useTranslation('conditions');
  const [asked] = useDebouncedValue(value, 400);
  const found = useQuery({
    queryKey: ['condition', asked],
    queryFn: () => take(api.POST('/segments/preview', { body: { condition: asked, sample: 0, exact: false } })),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 30_000,
  });
  if (found.isPending) return <Loader size="xs" role="status" aria-label={t('counting')} />;
  if (found.error instanceof ApiError && found.error.status === 422) {
    const inner = found.error.errors.map((error) => error.message).join('; ');
    return (
      <Text size="sm" c="dimmed">
        {inner || found.error.message}
      </Text>
    );
  }
  if (!found.data) return <Text size="sm">{found.error?.message}</Text>;
  return (
    <div aria-live="polite">
      <Text size="sm">{t('who', { words: found.data.words })}</Text>
      <Text size="sm" fw={600} data-testid="condition-count">
        {t(found.data.exact ? 'count' : 'estimate', {
          count: found.data.count,
          number: found.data.count.toLocaleString(i18n.language),
        })}
      </Text>
    </div>
  );
}

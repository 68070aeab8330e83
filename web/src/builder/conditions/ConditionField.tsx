import { Button, Group, Loader, Modal, Paper, Stack, Text } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api, take } from '@/api/client';
import type { Condition } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { useStepWords } from '../stepWords';
import { useNodes } from '../store';

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
        <Said value={value} inJourney={inJourney} />
        <Button size="compact-sm" variant="light" mt="xs" onClick={modal.open}>
          {t('conditions:edit')}
        </Button>
      </Paper>
      <Modal opened={opened} onClose={modal.close} title={label} size="min(1000px, 96vw)">
        <Suspense fallback={<Loading />}>
          <ConditionEditor value={value} inJourney={inJourney} onChange={onChange} />
        </Suspense>
        <Group justify="space-between" mt="md" wrap="nowrap" align="flex-start">
          <Said value={value} inJourney={inJourney} />
          <Button onClick={modal.close} style={{ flexShrink: 0 }}>
            {t('conditions:done')}
          </Button>
        </Group>
      </Modal>
    </Stack>
  );
}

/** What the condition asks, in words, and how many meet it where that can be counted. */
export function Said({ value, inJourney }: { value: Condition; inJourney: boolean }) {
  const { t } = useTranslation('conditions');
  const say = useStepWords(useNodes());
  const [asked] = useDebouncedValue(value, 400);
  const said = useQuery({
    queryKey: ['condition-words', asked],
    queryFn: () => take(api.POST('/previews/condition', { body: { condition: asked } })),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (said.error) return <Refused error={said.error} />;
  if (!said.data) return <Loader size="xs" role="status" aria-label={t('counting')} />;
  return (
    <div aria-live="polite">
      <Text size="sm" data-testid="condition-words">
        {isEverybody(asked) ? t('everybody') : t('who', { words: say(said.data.words, said.data.said) })}
      </Text>
      {!inJourney && <Count asked={asked} />}
    </div>
  );
}

const isEverybody = (condition: Condition) => condition.kind === 'all' && (condition.of ?? []).length === 0;

function Refused({ error }: { error: Error }) {
  const inner = error instanceof ApiError ? error.errors.map((each) => each.message).join('; ') : '';
  return (
    <Text size="sm" c="red">
      {inner || error.message}
    </Text>
  );
}

function Count({ asked }: { asked: Condition }) {
  const { t, i18n } = useTranslation('conditions');
  const found = useQuery({
    queryKey: ['condition', asked],
    queryFn: () => take(api.POST('/segments/preview', { body: { condition: asked, sample: 0, exact: false } })),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 30_000,
  });
  // an estimate is shown at once, and gives way to the number when that has been counted
  const counted = useQuery({
    queryKey: ['condition', asked, 'exact'],
    queryFn: () => take(api.POST('/segments/preview', { body: { condition: asked, sample: 0, exact: true } })),
    enabled: found.data?.exact === false && !found.isPlaceholderData,
    retry: false,
    staleTime: 30_000,
  });
  if (found.error) return <Refused error={found.error} />;
  if (!found.data) return <Loader size="xs" role="status" aria-label={t('counting')} />;
  const { count, exact, error } = counted.data ?? found.data;
  const number = (value: number) => value.toLocaleString(i18n.language);
  return (
    <Text size="sm" fw={600} data-testid="condition-count">
      {t(exact ? 'count' : 'estimate', { count, number: number(count), error: number(error) })}
      {counted.isFetching && <Loader size={12} ml={6} role="status" aria-label={t('counting')} />}
    </Text>
  );
}

import { Loader, Paper, Select, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';
import { useSegments } from '@/builder/names';
import { useFormat } from '@/lib/useFormat';
import { Problem } from '@/ui/Problem';
import { inBoth, inSegment, segmentSize } from '../segments/size';

/** How many are in this segment and another one. */
export function Overlap({ segment }: { segment: Schemas['SegmentView'] }) {
  const { t } = useTranslation('segments');
  const [other, setOther] = useState<string | null>(null);
  const others = (useSegments().data?.items ?? []).filter((each) => each.id !== segment.id);
  const name = others.find((each) => each.id === other)?.name ?? '';
  if (others.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section">
      <Select
        label={t('overlap')}
        placeholder={t('overlapWith')}
        searchable
        clearable
        data={others.map((each) => ({ value: each.id, label: each.name }))}
        value={other}
        onChange={setOther}
      />
      {other && <Counts a={segment.id} b={other} nameA={segment.name} nameB={name} />}
    </Paper>
  );
}

type Props = { a: string; b: string; nameA: string; nameB: string };

function Counts({ a, b, nameA, nameB }: Props) {
  const { t } = useTranslation('segments');
  const format = useFormat();
  const found = useQueries({
    queries: [segmentSize(inSegment(a)), segmentSize(inSegment(b)), segmentSize(inBoth(a, b))],
  });
  const broken = found.find((each) => each.error)?.error;
  if (broken) return <Problem error={broken} />;
  const [inA, inB, both] = found.map((each) => each.data?.count);
  if (inA === undefined || inB === undefined || both === undefined)
    return <Loader size="xs" mt="sm" role="status" aria-label={t('counting')} />;
  return (
    <div aria-live="polite">
      <Text mt="sm" fw={600}>
        {t('both', { count: both, n: format.number(both) })}
      </Text>
      <Text size="sm">{t('share', { name: nameA, rate: format.rate(both, inA) })}</Text>
      <Text size="sm">{t('share', { name: nameB, rate: format.rate(both, inB) })}</Text>
    </div>
  );
}

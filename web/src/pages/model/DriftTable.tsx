import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Drift } from '@/api/intelligence';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { DriftBadge } from '../models/DriftBadge';
import { useIntelligenceWords } from '../models/words';

type Row = { name: string; said: string; index: number };

const SHOWN = 12;

/** How far the score and the features have moved, those that moved most; the file holds all of them. */
export function DriftTable({ drift }: { drift: Drift }) {
  const { t } = useTranslation('intelligence');
  const words = useIntelligenceWords();
  const format = useFormat();
  if (!drift.at) return <Text c="dimmed">{t('card.notMeasured')}</Text>;
  const moved = Object.entries(drift.features ?? {}).map(([name, index]) => ({
    name,
    said: words.feature(name),
    index,
  }));
  const features = moved.sort((a, b) => b.index - a.index);
  const score = drift.score === undefined ? [] : [{ name: 'score', said: t('card.theScore'), index: drift.score }];
  return (
    <>
      <Text c="dimmed" mb="xs">
        {t('card.driftHelp', { when: format.moment(drift.at) })}
        {features.length > SHOWN && ` ${t('card.driftMost', { n: SHOWN, all: features.length })}`}
      </Text>
      <DataTable<Row>
        label={t('card.drift')}
        rows={[...score, ...features.slice(0, SHOWN)]}
        everything={async () => [...score, ...features]}
        rowKey={({ name }) => name}
        minWidth={330}
        columns={[
          { key: 'name', title: t('card.feature'), show: ({ said }) => said, csv: ({ name }) => name },
          {
            key: 'index',
            title: t('card.psi'),
            right: true,
            show: ({ index }) => format.decimal(index),
            csv: ({ index }) => index,
          },
          { key: 'state', title: t('learned.drift'), show: ({ index }) => <DriftBadge index={index} /> },
        ]}
      />
    </>
  );
}

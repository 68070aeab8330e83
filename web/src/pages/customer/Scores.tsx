import { List } from '@mantine/core';
import { IconBrain } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { intelligence } from '@/api/intelligence';
import type { Customer, Schemas } from '@/api/types';
import { usePhrases } from '@/lib/phrases';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Estimated } from '@/ui/Estimated';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { useIntelligenceWords } from '../models/words';

type Row = Schemas['ScoreView'];

const MONEY = /^ltv_/;
const CLUSTER = 'cluster';

/** What models foretell of a customer, and why. */
export function Scores({ customer }: { customer: Customer }) {
  const { t } = useTranslation('intelligence');
  const phrase = usePhrases();
  const words = useIntelligenceWords();
  const format = useFormat();
  const scores = useQuery(intelligence.scores(customer.id));
  if (scores.isPending) return <Loading />;
  if (scores.isLoadingError) return <Problem error={scores.error} retry={() => scores.refetch()} />;
  if (scores.data.length === 0)
    return <Empty icon={IconBrain} title={t('customer.none')} help={t('customer.noneHelp')} />;
  return (
    <DataTable<Row>
      label={t('customer.score')}
      rows={scores.data}
      rowKey={({ name }) => name}
      minWidth={330}
      columns={[
        {
          key: 'name',
          title: t('customer.score'),
          show: ({ name }) => words.score(name),
          csv: ({ name }) => name,
        },
        {
          key: 'value',
          title: t('customer.value'),
          right: true,
          show: (row) => <Value row={row} />,
          csv: ({ value }) => value,
        },
        { key: 'low', title: t('customer.low'), csv: ({ low }) => low },
        { key: 'high', title: t('customer.high'), csv: ({ high }) => high },
        {
          key: 'percentile',
          title: t('customer.percentile'),
          show: ({ name, percentile }) =>
            name !== CLUSTER && percentile !== null
              ? t('customer.percentileOf', { share: format.percent(percentile / 100) })
              : null,
          csv: ({ percentile }) => percentile,
          wide: true,
        },
        {
          key: 'why',
          title: t('customer.why'),
          show: ({ reasons, model_id }) => (
            <List size="sm">
              {(model_id ? reasons : [t('customer.outside')]).map((reason) => (
                <List.Item key={reason}>{phrase(reason)}</List.Item>
              ))}
            </List>
          ),
          csv: ({ reasons }) => reasons.map(phrase).join('; '),
        },
        { key: 'at', title: t('customer.at'), show: ({ at }) => <Since at={at} />, csv: ({ at }) => at, wide: true },
      ]}
    />
  );
}

function Value({ row }: { row: Row }) {
  const { t } = useTranslation('intelligence');
  const format = useFormat();
  if (row.name === CLUSTER) return format.number(row.value + 1);
  if (!MONEY.test(row.name)) return format.percent(row.value);
  const range =
    row.low === null || row.high === null
      ? undefined
      : t(row.value > row.high ? 'customer.rangeOfMost' : 'customer.range', {
          low: format.money(row.low),
          high: format.money(row.high),
        });
  return <Estimated value={format.money(row.value)} range={range} />;
}

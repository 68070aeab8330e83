import { useTranslation } from 'react-i18next';
import type { Card, Estimate, Metrics } from '@/api/intelligence';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { Estimated } from '@/ui/Estimated';
import { figureNames, figureValue } from '../models/figures';
import { useIntelligenceWords } from '../models/words';

type Row = { name: string; ours: number | Estimate | undefined; others: Record<string, number | Estimate | undefined> };

/** Each figure with its 95 % interval, beside the baseline's and those of the model that was in use. */
export function Figures({ metrics, card }: { metrics: Metrics; card: Card }) {
  const { t } = useTranslation('intelligence');
  const words = useIntelligenceWords();
  const beside = card.beside ?? {};
  const rows: Row[] = figureNames(metrics, card).map((name) => ({
    name,
    ours: metrics[name],
    others: Object.fromEntries(Object.entries(beside).map(([who, each]) => [who, each[name]])),
  }));
  const shown = (key: string, title: string, pick: (row: Row) => number | Estimate | undefined): Column<Row> => ({
    key,
    title,
    right: true,
    show: (row) => <Value figure={pick(row)} />,
    csv: (row) => {
      const figure = pick(row);
      return figure === undefined ? null : figureValue(figure);
    },
  });
  return (
    <DataTable<Row>
      label={t('card.figures')}
      rows={rows}
      rowKey={({ name }) => name}
      minWidth={330}
      columns={[
        { key: 'name', title: t('card.figure'), show: ({ name }) => words.metric(name), csv: ({ name }) => name },
        shown('ours', t('card.ours'), ({ ours }) => ours),
        ...Object.keys(beside).map((who) => shown(who, words.beside(who), ({ others }) => others[who])),
      ]}
    />
  );
}

function Value({ figure }: { figure: number | Estimate | undefined }) {
  const { t } = useTranslation('intelligence');
  const { decimal } = useFormat();
  if (figure === undefined) return '–';
  const range =
    typeof figure === 'number'
      ? undefined
      : t('customer.range', { low: decimal(figure.low), high: decimal(figure.high) });
  return <Estimated value={decimal(figureValue(figure))} range={range} />;
}

import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { MODELS, type Player } from './models';

type Props = { players: Player[]; figure: 'revenue' | 'conversions'; currency: string };

/** The credit of each, by every model. */
export function Credits({ players, figure, currency }: Props) {
  const { t } = useTranslation('analytics');
  const format = useFormat();
  const written = (value: number) =>
    figure === 'revenue' ? format.price(value, currency || null) : format.number(Math.round(value * 10) / 10);
  return (
    <DataTable<Player>
      label={`${t('attribution')} ${t(figure)}`}
      minWidth={760}
      rows={players}
      rowKey={({ key }) => key}
      columns={[
        { key: 'label', title: t('who'), show: ({ label }) => label, csv: ({ label }) => label },
        {
          key: 'sent',
          title: t('sent'),
          right: true,
          show: ({ sent }) => format.number(sent),
          csv: ({ sent }) => sent,
        },
        ...MODELS.map((model) => ({
          key: model,
          title: t(`models.${model}`),
          right: true,
          show: ({ credits }: Player) => written(credits[model]?.[figure] ?? 0),
          csv: ({ credits }: Player) => credits[model]?.[figure],
        })),
      ]}
    />
  );
}

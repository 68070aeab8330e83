import { Anchor, Button, Group, Text } from '@mantine/core';
import { IconCashRegister, IconPlus, IconShieldSearch, IconTicket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import { promotions } from '@/api/promotions';
import { usePages } from '@/api/usePages';
import { BudgetBars } from '@/promotions/BudgetBars';
import { burnDown } from '@/promotions/burn';
import type { PromotionView } from '@/promotions/model';
import { StateBadge } from '@/promotions/StateBadge';
import { sayReward } from '@/promotions/say';
import { useWritten } from '@/promotions/useWritten';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Sparkline } from '../home/Sparkline';

/** All promotions, with what is left of their budgets. */
export function Component() {
  const { t } = useTranslation('promotions');
  const may = useMay('marketer');
  const pages = usePages(['promotions', 'pages'], (page) =>
    take(api.GET('/promotions', { params: { query: { ...page } } })),
  );
  const create = may && (
    <Button component={Link} to="/promotions/new" leftSection={<IconPlus size={16} />}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={<Actions>{pages.items.length > 0 && create}</Actions>}>
      <Listing
        pages={pages}
        empty={
          <Empty icon={IconTicket} title={t('empty')} help={t('emptyHelp')}>
            {create}
          </Empty>
        }
      >
        <Rows rows={pages.items} everything={pages.everything} />
      </Listing>
    </Page>
  );
}

function Actions({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation('promotions');
  return (
    <Group gap="xs">
      <Button component={Link} to="/promotions/misuse" variant="default" leftSection={<IconShieldSearch size={16} />}>
        {t('misuse.title')}
      </Button>
      <Button component={Link} to="/promotions/till" variant="default" leftSection={<IconCashRegister size={16} />}>
        {t('till.title')}
      </Button>
      {children}
    </Group>
  );
}

type RowsProps = { rows: PromotionView[]; everything: () => Promise<PromotionView[]> };

function Rows({ rows, everything }: RowsProps) {
  const { t } = useTranslation('promotions');
  const burn = useQuery(promotions.burn(rows.map(({ id }) => id).slice(0, 200)));
  return (
    <DataTable
      label={t('title')}
      rows={rows}
      rowKey={({ id }) => id}
      rowLink={({ id }) => `/promotions/${id}`}
      minWidth={300}
      everything={everything}
      columns={[
        { key: 'name', title: t('name'), show: (row) => <Named row={row} />, csv: ({ name }) => name },
        {
          key: 'state',
          title: t('stateTitle'),
          show: ({ state }) => <StateBadge state={state} />,
          csv: ({ state }) => state,
        },
        { key: 'dates', title: t('dates'), wide: true, show: (row) => <Dates row={row} />, csv: (row) => datesOf(row) },
        {
          key: 'budget',
          title: t('budget.title'),
          wide: true,
          show: (row) => <BudgetBars shown={row} small />,
          csv: usedOf,
        },
        {
          key: 'burn',
          title: t('burn.short'),
          wide: true,
          show: (row) => (
            <Sparkline label={t('burn.title')} values={burnDown(row, burn.data ?? [], 30).map(({ left }) => left)} />
          ),
        },
      ]}
    />
  );
}

const usedOf = ({ budgets }: PromotionView) =>
  budgets.map(({ budget, taken, most }) => `${budget} ${taken}/${most}`).join('; ');
const datesOf = ({ promotion: { schedule } }: PromotionView) =>
  `${schedule?.first_day ?? ''}–${schedule?.last_day ?? ''}`;

function Named({ row }: { row: PromotionView }) {
  const { t } = useTranslation(['promotions', 'app']);
  const written = useWritten();
  return (
    <>
      <Anchor component={Link} to={`/promotions/${row.id}`} fw={600}>
        {row.name}
      </Anchor>
      <Text size="sm" c="dimmed" lineClamp={2}>
        {sayReward(row.promotion.reward, row.promotion.currency, t, written)}
      </Text>
    </>
  );
}

function Dates({ row }: { row: PromotionView }) {
  const { t } = useTranslation('promotions');
  const { day } = useWritten();
  const { first_day: first, last_day: last } = row.promotion.schedule ?? {};
  if (!first && !last) return t('say.span.always');
  const span = first && last ? 'between' : first ? 'from' : 'until';
  return t(`span.${span}`, { first: first ? day(first) : '', last: last ? day(last) : '' });
}

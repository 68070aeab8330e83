import { ActionIcon, Button, Group, Select, Switch } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MoneyInput, PercentInput, WholeInput } from '@/promotions/Fields';
import { type Budget, PER, PERIODS } from '@/promotions/model';
import { type PartProps, Section } from './Section';

/** What is never exceeded. */
export function BudgetFields({ promotion, put }: PartProps) {
  const { t } = useTranslation('promotions');
  const { budgets, currency } = promotion;
  const change = (at: number, part: Partial<Budget>) =>
    put({ budgets: budgets.map((each, index) => (index === at ? { ...each, ...part } : each)) });
  const free = PER.find(
    (per) => !budgets.some((each) => each.of === 'uses' && each.per === per && each.period === 'ever'),
  );
  return (
    <Section title={t('budget.title')} help={t('budget.help')}>
      {budgets.map((budget, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: budgets have no name of their own, and none is moved
        <Group key={at} align="flex-end" gap="sm">
          <Row budget={budget} currency={currency} onChange={(part) => change(at, part)} />
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('budget.remove')}
            onClick={() => put({ budgets: budgets.filter((_, index) => index !== at) })}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="light"
        w="fit-content"
        leftSection={<IconPlus size={16} />}
        disabled={!free}
        onClick={() => free && put({ budgets: [...budgets, { of: 'uses', limit: 1, per: free, period: 'ever' }] })}
      >
        {t('budget.add')}
      </Button>
      <Switch
        label={t('budget.partial')}
        checked={promotion.partial}
        onChange={(event) => put({ partial: event.currentTarget.checked })}
      />
      <PercentInput
        label={t('budget.alert')}
        w={220}
        min={1}
        decimalScale={0}
        value={promotion.alert_percent * 100}
        onChange={(share) => put({ alert_percent: Math.max(1, Math.round(share / 100)) })}
      />
    </Section>
  );
}

type RowProps = { budget: Budget; currency: string; onChange: (part: Partial<Budget>) => void };

function Row({ budget, currency, onChange }: RowProps) {
  const { t } = useTranslation('promotions');
  const limit = {
    label: t('budget.limit'),
    value: budget.limit,
    onChange: (next: number | null) => next && onChange({ limit: next }),
  };
  return (
    <>
      <Select
        label={t('budget.of')}
        w={140}
        allowDeselect={false}
        data={(['uses', 'amount'] as const).map((of) => ({ value: of, label: t(`budget.${of}`) }))}
        value={budget.of}
        onChange={(of) => of && onChange({ of: of as Budget['of'] })}
      />
      {budget.of === 'amount' ? <MoneyInput currency={currency} {...limit} /> : <WholeInput w={130} {...limit} />}
      <Select
        label={t('budget.per')}
        w={150}
        allowDeselect={false}
        data={PER.map((per) => ({ value: per, label: t(`per.${per}`) }))}
        value={budget.per}
        onChange={(per) => per && onChange({ per: per as Budget['per'] })}
      />
      <Select
        label={t('budget.period')}
        w={130}
        allowDeselect={false}
        data={PERIODS.map((period) => ({ value: period, label: t(`period.${period}`) }))}
        value={budget.period}
        onChange={(period) => period && onChange({ period: period as Budget['period'] })}
      />
    </>
  );
}

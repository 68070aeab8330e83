import { List, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Experiment } from '@/api/experiments';
import { useFormat } from '@/lib/useFormat';
import { Part } from '../broadcast/Part';
import { labelOf, metricsOf } from '../experiments/figures';
import { useMetricWords } from '../experiments/useMetricWords';

/** What was written down before the start. */
export function PlanTable({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const { number } = useFormat();
  const words = useMetricWords();
  const { plan, state } = experiment;
  const of = (role: 'secondary' | 'guardrail') =>
    metricsOf(experiment).flatMap((each) => (each.role === role ? [words.name(each.metric)] : []));
  const smallest = plan.minimum_detectable_effect;
  const rows: [string, string | string[]][] = [
    [t('control'), labelOf(experiment.arms, plan.control) || plan.control],
    [t('role.primary'), words.name(plan.primary)],
    [t('role.secondary'), of('secondary')],
    [t('role.guardrail'), of('guardrail')],
    [t('plan.customers'), number(plan.planned_customers)],
    [t('plan.smallest'), smallest ? words.effect(plan.primary, smallest) : '–'],
    [t('plan.win.title'), t(`plan.win.${plan.win ?? 'at_end'}`)],
    [t('plan.automatic.title'), t(plan.automatic === false ? 'plan.automatic.no' : 'plan.automatic.yes')],
    [t('plan.fold.title'), t(plan.fold ? 'plan.fold.yes' : 'plan.fold.no')],
  ];
  return (
    <Part title={t('plan.title')}>
      <Text size="sm" c="dimmed">
        {t(state === 'draft' ? 'plan.draftHelp' : 'plan.help')}
      </Text>
      <Table aria-label={t('plan.title')}>
        <Table.Tbody>
          {rows.map(([what, value]) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" fw={500} w="40%">
                {what}
              </Table.Th>
              <Table.Td>{Array.isArray(value) ? <Several values={value} /> : value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Part>
  );
}

function Several({ values }: { values: string[] }) {
  if (values.length === 0) return '–';
  return (
    <List size="sm" listStyleType="none">
      {values.map((each) => (
        <List.Item key={each}>{each}</List.Item>
      ))}
    </List>
  );
}

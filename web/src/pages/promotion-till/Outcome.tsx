import { Anchor, List, Paper, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/types';
import { useReason } from '@/promotions/useReason';
import { useWritten } from '@/promotions/useWritten';

type Said = Schemas['EvaluationView'];

/** What the promotions come to: what is paid, what applies, what does not and why, and what is one step away. */
export function Outcome({ said }: { said: Said }) {
  const { t } = useTranslation('promotions');
  return (
    <>
      <Sum said={said} />
      {said.applied.length > 0 && (
        <Part title={t('till.applies')}>
          <Applied said={said} />
        </Part>
      )}
      {said.alternatives.length > 0 && (
        <Part title={t('till.near')}>
          <Near said={said} />
        </Part>
      )}
      {said.refused.length > 0 && (
        <Part title={t('till.refused')}>
          <Refused said={said} />
        </Part>
      )}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {children}
    </Paper>
  );
}

function Sum({ said }: { said: Said }) {
  const { t } = useTranslation('promotions');
  const { amount } = useWritten();
  const money = (minor: number) => amount(minor, said.currency);
  return (
    <Part title={t('till.sum')}>
      <Table verticalSpacing={4} aria-label={t('till.sum')}>
        <Table.Tbody>
          {(
            [
              ['subtotal', said.subtotal],
              ['shipping', said.shipping],
              ['discount', -said.discount],
            ] as const
          ).map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Td>{t(`till.${name}`)}</Table.Td>
              <Table.Td ta="right" className="figures">
                {money(value)}
              </Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr fw={650}>
            <Table.Td>{t('till.total')}</Table.Td>
            <Table.Td ta="right" className="figures" data-testid="till-total">
              {money(said.total)}
            </Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      {!said.best && (
        <Text size="xs" c="dimmed">
          {t('till.notBest')}
        </Text>
      )}
    </Part>
  );
}

function Applied({ said }: { said: Said }) {
  const { t } = useTranslation('promotions');
  const { amount } = useWritten();
  return (
    <List size="sm" spacing="xs" data-testid="till-applied">
      {said.applied.map((each) => (
        <List.Item key={each.promotion_id + each.code}>
          <Anchor component={Link} to={`/promotions/${each.promotion_id}`}>
            {each.name}
          </Anchor>{' '}
          {each.code && <code>{each.code}</code>} −{amount(each.amount, said.currency)}
          {each.desired > each.amount && t('till.desired', { amount: amount(each.desired, said.currency) })}
          {Object.entries(each.gifts).map(([product, count]) => t('till.gift', { product, count }))}
        </List.Item>
      ))}
    </List>
  );
}

function Refused({ said }: { said: Said }) {
  const reason = useReason();
  return (
    <List size="sm" spacing="xs" data-testid="till-refused">
      {said.refused.map((each) => (
        <List.Item key={`${each.promotion_id}${each.code}`}>
          {each.code && <code>{each.code}</code>} {each.name}{' '}
          <Text span c="dimmed" size="sm">
            {reason(each.reason, each.message)}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

function Near({ said }: { said: Said }) {
  const { t } = useTranslation('promotions');
  const { amount, number } = useWritten();
  return (
    <Stack gap={4}>
      {said.alternatives.map((each) => {
        const saving = amount(each.saving, said.currency);
        return (
          <Text size="sm" key={each.promotion_id + each.missing_amount}>
            {each.missing_amount !== null
              ? t('till.missingAmount', { name: each.name, amount: amount(each.missing_amount, said.currency), saving })
              : t('till.missingUnits', { name: each.name, count: number(each.missing_units ?? 1), saving })}
          </Text>
        );
      })}
    </Stack>
  );
}

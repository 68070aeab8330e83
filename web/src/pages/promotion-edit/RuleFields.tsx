import { ActionIcon, Button, Group, Menu, Paper, Stack, TagsInput, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '@/api/types';
import { ConditionField } from '@/builder/conditions/ConditionField';
import { Optional } from '@/contact/Optional';
import { ItemsFields, MoneyInput, WholeInput } from '@/promotions/Fields';
import { newRule, RULES, type Rule } from '@/promotions/model';
import { type PartProps, Section } from './Section';

const BLANK = { kind: 'event', event: 'Order Completed', window: { kind: 'last', days: 30 } } as Condition;

/** What a cart and its buyer must be. */
export function RuleFields({ promotion, put }: PartProps) {
  const { t } = useTranslation('promotions');
  const rules = promotion.rules ?? [];
  const change = (at: number, rule: Rule) => put({ rules: rules.map((each, index) => (index === at ? rule : each)) });
  return (
    <Section title={t('rules.title')} help={t('rules.help')}>
      {rules.map((rule, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name of their own, and none is moved
        <Paper key={at} withBorder p="sm" role="group" aria-label={t(`rules.kinds.${rule.kind}`)}>
          <Group wrap="nowrap" align="flex-start" justify="space-between">
            <Stack gap="xs" flex={1}>
              <RuleBody rule={rule} currency={promotion.currency} onChange={(next) => change(at, next)} />
            </Stack>
            <ActionIcon
              variant="default"
              aria-label={t('rules.remove')}
              onClick={() => put({ rules: rules.filter((_, index) => index !== at) })}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        </Paper>
      ))}
      <Menu>
        <Menu.Target>
          <Button variant="light" w="fit-content" leftSection={<IconPlus size={16} />}>
            {t('rules.add')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {RULES.map((kind) => (
            <Menu.Item key={kind} onClick={() => put({ rules: [...rules, newRule(kind)] })}>
              {t(`rules.kinds.${kind}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Optional
        label={t('audience.on')}
        description={t('audience.help')}
        value={promotion.audience as Condition | null}
        initial={BLANK}
        onChange={(audience) => put({ audience: audience as typeof promotion.audience })}
      >
        {(audience) => (
          <ConditionField
            label={t('audience.title')}
            value={audience}
            onChange={(next) => put({ audience: next as typeof promotion.audience })}
          />
        )}
      </Optional>
    </Section>
  );
}

type BodyProps = { rule: Rule; currency: string; onChange: (rule: Rule) => void };

function RuleBody({ rule, currency, onChange }: BodyProps) {
  const { t } = useTranslation('promotions');
  const label = t(`rules.kinds.${rule.kind}`);
  switch (rule.kind) {
    case 'subtotal':
      return (
        <>
          <MoneyInput
            label={label}
            currency={currency}
            value={rule.at_least}
            onChange={(least) => least && onChange({ ...rule, at_least: least })}
          />
          <ItemsFields value={rule.of} onChange={(of) => onChange({ ...rule, of })} />
        </>
      );
    case 'quantity':
      return (
        <>
          <WholeInput
            label={label}
            max={10_000}
            value={rule.at_least}
            onChange={(least) => least && onChange({ ...rule, at_least: least })}
          />
          <ItemsFields value={rule.of} onChange={(of) => onChange({ ...rule, of })} />
        </>
      );
    case 'first_order':
      return <Text size="sm">{label}</Text>;
    default:
      return (
        <TagsInput
          label={label}
          description={t('rules.names')}
          value={rule.any_of}
          onChange={(any_of) => onChange({ ...rule, any_of })}
        />
      );
  }
}

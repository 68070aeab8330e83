import { ActionIcon, Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { TOKENS } from '@/builder/content/tokens';
import { useKnownNames } from '@/builder/names';
import type { Visibility } from './model';

type Rule = NonNullable<Visibility['rules']>[number];
const OPERATORS = ['is', 'is_not', 'contains', 'known', 'unknown', 'more_than', 'less_than'] as const;
const PROFILE = ['customer.city', 'customer.country', 'customer.locale', 'customer.gender', 'customer.tags'];
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

const pathOf = (attribute: string) =>
  PLAIN.test(attribute) ? `attributes.${attribute}` : `attributes['${attribute}']`;

/** Who sees a block: rules about the customer, without Liquid. */
export function VisibilityFields({
  value,
  onChange,
}: {
  value: Visibility | null;
  onChange: (value: Visibility | null) => void;
}) {
  const { t } = useTranslation('emails');
  const known = useKnownNames();
  const rules = value?.rules ?? [];
  const fields = [...PROFILE, ...TOKENS, ...known.attributes.filter((name) => !name.includes("'")).map(pathOf)];
  const match = value?.match ?? 'all';
  const put = (next: Rule[]) => onChange(next.length > 0 ? { match, rules: next } : null);
  const first: Rule = { field: 'customer.city', operator: 'known', value: '' };
  return (
    <Stack gap={6} role="group" aria-label={t('showTo')}>
      <Text size="sm" fw={500}>
        {t('showTo')}
      </Text>
      {rules.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('everybody')}
        </Text>
      )}
      {rules.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={t('match')}
          data={(['all', 'any'] as const).map((each) => ({ value: each, label: t(`matched.${each}`) }))}
          value={match}
          onChange={(next) => onChange({ match: next as 'all', rules })}
        />
      )}
      {rules.map((rule, at) => {
        const change = (part: Partial<Rule>) =>
          put(rules.map((each, place) => (place === at ? { ...rule, ...part } : each)));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
          <Group key={at} gap={4} align="flex-end" wrap="nowrap">
            <Stack gap={4} style={{ flex: 1 }}>
              <Select
                size="xs"
                aria-label={t('field', { number: at + 1 })}
                searchable
                data={[...new Set([rule.field, ...fields])]}
                value={rule.field}
                onChange={(field) => field && change({ field })}
              />
              <Group gap={4} wrap="nowrap">
                <Select
                  size="xs"
                  aria-label={t('operator', { number: at + 1 })}
                  allowDeselect={false}
                  data={OPERATORS.map((each) => ({ value: each, label: t(`operators.${each}`) }))}
                  value={rule.operator}
                  onChange={(next) =>
                    next &&
                    change({
                      operator: next as Rule['operator'],
                      value: next === 'more_than' || next === 'less_than' ? '0' : '',
                    })
                  }
                />
                {rule.operator !== 'known' && rule.operator !== 'unknown' && (
                  <TextInput
                    size="xs"
                    aria-label={t('value', { number: at + 1 })}
                    maxLength={200}
                    value={rule.value ?? ''}
                    onChange={(event) => change({ value: event.currentTarget.value })}
                  />
                )}
              </Group>
            </Stack>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('removeRule', { number: at + 1 })}
              onClick={() => put(rules.filter((_, place) => place !== at))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        );
      })}
      {rules.length < 10 && (
        <Button
          size="compact-xs"
          variant="light"
          w="fit-content"
          leftSection={<IconPlus size={12} />}
          onClick={() => put([...rules, first])}
        >
          {t('addRule')}
        </Button>
      )}
    </Stack>
  );
}

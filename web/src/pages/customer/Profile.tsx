import { Badge, Group, Paper, Spoiler, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Customer } from '@/api/types';
import { usePropertyNames } from '@/builder/fields/propertyNames';
import { localeOf } from '@/lib/locale';
import { useFormat } from '@/lib/useFormat';
import { traitWords, words } from './values';

const FIELDS = [
  'email',
  'phone',
  'city',
  'country',
  'timezone',
  'locale',
  'gender',
  'birth_date',
  'created_at',
  'last_seen_at',
] as const;

/** What is known of a customer: what the shop says, and what their events add up to. */
export function Profile({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const format = useFormat();
  const shown = FIELDS.filter((field) => customer[field]).map((field): [string, string] => {
    const value = customer[field] ?? '';
    if (field === 'birth_date') return [t(`fields.${field}`), format.day(value)];
    return [t(`fields.${field}`), field.endsWith('_at') ? format.moment(value) : value];
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={t('profile')}>
      <Values rows={shown} />
      {customer.tags.length > 0 && (
        <Group gap={6} mt="sm">
          {customer.tags.map((tag) => (
            <Badge key={tag} variant="light" tt="none">
              {tag}
            </Badge>
          ))}
        </Group>
      )}
      <Facts of="attributes" title={t('attributes')} facts={customer.attributes} />
      <Facts of="traits" title={t('traits')} help={t('traitsHelp')} facts={customer.traits} say={traitWords} />
    </Paper>
  );
}

type FactsProps = {
  of: 'attributes' | 'traits';
  title: string;
  help?: string;
  facts: Record<string, unknown>;
  say?: typeof traitWords;
};

function Facts({ of, title, help, facts, say }: FactsProps) {
  const { t, i18n } = useTranslation('customers');
  const nameOf = usePropertyNames();
  const rows = Object.entries(facts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]): [string, string] => {
      const language = localeOf(i18n.language);
      return [nameOf(`${of}.${name}`), say ? say(name, value, facts, language) : words(value, language)];
    });
  if (rows.length === 0) return null;
  return (
    <>
      <Title order={2} size="h5" mt="md">
        {title}
      </Title>
      {help && (
        <Text size="xs" c="dimmed">
          {help}
        </Text>
      )}
      <Spoiler maxHeight={230} showLabel={t('all')} hideLabel={t('fewer')}>
        <Values rows={rows} />
      </Spoiler>
    </>
  );
}

function Values({ rows }: { rows: [string, string][] }) {
  return (
    <Table verticalSpacing={4} withRowBorders={false} layout="fixed">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Td c="dimmed" pl={0} w="42%">
              <Text size="sm">{name}</Text>
            </Table.Td>
            <Table.Td pr={0}>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {value}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

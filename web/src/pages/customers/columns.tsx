import { Anchor, Badge, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Customer } from '@/api/types';
import { usePropertyNames } from '@/builder/fields/propertyNames';
import type { Cell } from '@/lib/csv';
import { localeOf } from '@/lib/locale';
import { useFormat } from '@/lib/useFormat';
import { words } from '@/pages/customer/values';
import type { Column } from '@/ui/DataTable';
import { Since } from '@/ui/Since';
import { isOwn, type Own, useChosenColumns } from './chosenColumns';
import { useCountryName } from './countries';
import { nameOf } from './name';

const NOTHING = '–';

/** Where a customer's page is. */
export const pathOf = ({ external_id, id }: Customer) => `/customers/${encodeURIComponent(external_id ?? id)}`;

/** Customers as rows, each leading to their page: the name, and the columns that were chosen. */
export function useCustomerColumns(): Column<Customer>[] {
  const { t } = useTranslation('customers');
  const { chosen } = useChosenColumns();
  const own = useOwnColumns();
  const fact = useFactColumn();
  return [
    { key: 'id', title: t('id'), csv: ({ external_id, id }) => external_id ?? id },
    {
      key: 'name',
      title: t('name'),
      show: (customer) => (
        <>
          <Anchor component={Link} to={pathOf(customer)} fw={600}>
            {nameOf(customer)}
          </Anchor>
          {nameOf(customer) !== customer.external_id && (
            <Text size="sm" c="dimmed" truncate maw={220}>
              {customer.external_id}
            </Text>
          )}
        </>
      ),
      csv: nameOf,
    },
    ...chosen.map((key, index) => ({ ...(isOwn(key) ? own(key) : fact(key)), wide: index > 0 })),
  ];
}

/** What a column of the profile is called. */
export function useColumnTitle(): (key: Own) => string {
  const { t } = useTranslation('customers');
  return (key) => {
    if (key === 'place' || key === 'tags' || key === 'external_id') return t(`columns.${key}`);
    return t(`fields.${key}`);
  };
}

function useOwnColumns(): (key: Own) => Column<Customer> {
  const title = useColumnTitle();
  const country = useCountryName();
  const { day } = useFormat();
  const placeOf = ({ city, country: code }: Customer) => [city, code && country(code)].filter(Boolean).join(', ');
  const shown: Partial<Record<Own, (customer: Customer) => ReactNode>> = {
    email: ({ email }) => (
      <Text size="sm" truncate maw={{ base: 150, sm: 260 }}>
        {email ?? NOTHING}
      </Text>
    ),
    place: placeOf,
    tags: ({ tags }) => (
      <Group gap={4}>
        {tags.map((tag) => (
          <Badge key={tag} size="sm" variant="default" tt="none">
            {tag}
          </Badge>
        ))}
      </Group>
    ),
    birth_date: ({ birth_date: at }) => (at ? day(at) : NOTHING),
    created_at: ({ created_at: at }) => <Since at={at} />,
    last_seen_at: ({ last_seen_at: at }) => (at ? <Since at={at} /> : NOTHING),
  };
  const written = (key: Own, customer: Customer): Cell => {
    if (key === 'place') return placeOf(customer);
    return key === 'tags' ? customer.tags.join(', ') : customer[key];
  };
  return (key) => ({
    key,
    title: title(key),
    show: shown[key] ?? ((customer) => written(key, customer) ?? NOTHING),
    csv: (customer) => written(key, customer),
  });
}

/** A column for an attribute or a computed property. */
function useFactColumn(): (path: string) => Column<Customer> {
  const { i18n } = useTranslation();
  const name = usePropertyNames();
  const language = localeOf(i18n.language);
  return (path) => {
    const [kind = '', ...rest] = path.split('.');
    const value = (customer: Customer) =>
      (kind === 'traits' ? customer.traits : customer.attributes)[rest.join('.')] as unknown;
    return {
      key: path,
      title: name(path),
      show: (customer) => words(value(customer), language),
      csv: (customer) => {
        const found = value(customer);
        return found === null || found === undefined ? null : words(found, language);
      },
    };
  };
}

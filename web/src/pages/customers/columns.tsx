import { Anchor, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Customer } from '@/api/types';
import type { Column } from '@/ui/DataTable';
import { Since } from '@/ui/Since';
import { nameOf } from './name';

const placeOf = ({ city, country }: Customer) => [city, country].filter(Boolean).join(', ');

/** Where a customer's page is. */
export const pathOf = ({ external_id, id }: Customer) => `/customers/${encodeURIComponent(external_id ?? id)}`;

/** Customers as rows, each leading to their page. */
export function useCustomerColumns(): Column<Customer>[] {
  const { t } = useTranslation('customers');
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
          <Text size="sm" c="dimmed" truncate maw={220}>
            {customer.external_id}
          </Text>
        </>
      ),
      csv: nameOf,
    },
    {
      key: 'email',
      title: t('fields.email'),
      show: ({ email }) => (
        <Text size="sm" truncate maw={{ base: 150, sm: 280 }}>
          {email}
        </Text>
      ),
      csv: ({ email }) => email,
    },
    { key: 'phone', title: t('fields.phone'), show: ({ phone }) => phone, csv: ({ phone }) => phone, wide: true },
    { key: 'place', title: t('place'), show: placeOf, csv: placeOf, wide: true },
    {
      key: 'seen',
      title: t('seen'),
      show: ({ last_seen_at: at }) => (at ? <Since at={at} /> : '–'),
      csv: ({ last_seen_at }) => last_seen_at,
      wide: true,
    },
  ];
}

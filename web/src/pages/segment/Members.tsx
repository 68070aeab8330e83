import { Anchor, Table, Text, Title } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { nameOf } from '../customers/name';

/** Who is in the segment now. */
export function Members({ segment }: { segment: Schemas['SegmentView'] }) {
  const { t } = useTranslation('segments');
  const pages = usePages(['segment', segment.id, 'members', segment.updated_at], (cursor) =>
    take(
      api.GET('/segments/{segment_id}/members', {
        params: { path: { segment_id: segment.id }, query: { limit: 30, cursor } },
      }),
    ),
  );
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {t('members')}
      </Title>
      <Listing pages={pages} empty={<Empty icon={IconUserOff} title={t('nobody')} />}>
        <Table>
          <Table.Tbody>
            {pages.items.map((customer) => (
              <Table.Tr key={customer.id}>
                <Table.Td>
                  <Anchor
                    component={Link}
                    to={`/customers/${encodeURIComponent(customer.external_id ?? customer.id)}`}
                    fw={600}
                  >
                    {nameOf(customer)}
                  </Anchor>
                  <Text size="sm" c="dimmed">
                    {customer.external_id}
                  </Text>
                </Table.Td>
                <Table.Td visibleFrom="sm">{customer.email}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Listing>
    </section>
  );
}

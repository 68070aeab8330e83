import { Anchor, Table, Text } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import type { Customer } from '@/api/types';
import { usePages } from '@/api/usePages';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Since } from '@/ui/Since';
import { useExitWords } from '../monitor/words';

/** All walks of the customer through campaigns, those that ended too. */
export function Journeys({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const exits = useExitWords();
  const pages = usePages(['customer', customer.id, 'journeys'], (cursor) =>
    take(
      api.GET('/customers/{customer}/journeys', {
        params: { path: { customer: customer.id }, query: { limit: 50, cursor } },
      }),
    ),
  );
  return (
    <Listing pages={pages} empty={<Empty icon={IconRoute} title={t('noJourney')} />}>
      <Table.ScrollContainer
        minWidth={480}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('tabs.journeys') } }}
      >
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('campaign')}</Table.Th>
              <Table.Th>{t('began')}</Table.Th>
              <Table.Th>{t('state')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pages.items.map((journey) => (
              <Table.Tr key={journey.id}>
                <Table.Td>
                  <Anchor component={Link} to={`/journeys/${journey.id}`} fw={600}>
                    {journey.campaign}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <Since at={journey.started_at ?? journey.created_at} />
                </Table.Td>
                <Table.Td>
                  {journey.exit_reason ? exits(journey.exit_reason) : t('inside')}
                  <Text size="sm" c="dimmed">
                    {journey.why}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Listing>
  );
}

import { Anchor, Text } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import type { Customer } from '@/api/types';
import { usePages } from '@/api/usePages';
import { useSay } from '@/lib/sentences';
import { CampaignName } from '@/ui/CampaignNames';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Since } from '@/ui/Since';
import { useExitWords } from '../monitor/words';

/** All walks of the customer through campaigns, those that ended too. */
export function Journeys({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const exits = useExitWords();
  const say = useSay();
  const pages = usePages(
    ['customer', customer.id, 'journeys'],
    (page) =>
      take(
        api.GET('/customers/{customer}/journeys', { params: { path: { customer: customer.id }, query: { ...page } } }),
      ),
    { every: 5_000 },
  );
  return (
    <Listing pages={pages} empty={<Empty icon={IconRoute} title={t('noJourney')} />}>
      <DataTable
        label={t('tabs.journeys')}
        rows={pages.items}
        rowKey={({ id }) => id}
        minWidth={420}
        everything={pages.everything}
        columns={[
          {
            key: 'campaign',
            title: t('campaign'),
            show: (journey) => (
              <Anchor component={Link} to={`/journeys/${journey.id}`} fw={600}>
                <CampaignName slug={journey.campaign} />
              </Anchor>
            ),
            csv: ({ campaign }) => campaign,
          },
          {
            key: 'began',
            title: t('began'),
            show: (journey) => <Since at={journey.started_at ?? journey.created_at} />,
            csv: (journey) => journey.started_at ?? journey.created_at,
          },
          { key: 'ended', title: t('left'), csv: ({ ended_at }) => ended_at },
          {
            key: 'state',
            title: t('state'),
            show: (journey) => (
              <>
                {journey.exit_reason ? exits(journey.exit_reason) : t('inside')}
                <Text size="sm" c="dimmed">
                  {say(journey.why, journey.said)}
                </Text>
              </>
            ),
            csv: (journey) => journey.exit_reason ?? journey.state,
          },
          { key: 'why', title: t('tabs.why'), csv: ({ why, said }) => say(why, said) },
        ]}
      />
    </Listing>
  );
}

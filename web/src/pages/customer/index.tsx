import { Grid, Group, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import type { Customer } from '@/api/types';
import { Broken } from '@/ui/Broken';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { nameOf } from '../customers/name';
import { Actions } from './Actions';
import { Consents } from './Consents';
import { Inside } from './Inside';
import { Journeys } from './Journeys';
import { Profile } from './Profile';
import { Recommended } from './Recommended';
import { Scores } from './Scores';
import { Timeline } from './Timeline';
import { Why } from './Why';

const TABS = ['timeline', 'journeys', 'scores', 'why', 'consents'] as const;

export function Component() {
  const { customer: ref = '' } = useParams();
  const found = useQuery({
    queryKey: ['customer', ref],
    queryFn: () => take(api.GET('/customers/{customer}', { params: { path: { customer: ref } } })),
  });
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/customers" />;
  return <Known customer={found.data} />;
}

function Known({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const [params, setParams] = useSearchParams();
  const tab = TABS.find((each) => each === params.get('tab')) ?? 'timeline';
  return (
    <Page
      title={nameOf(customer)}
      actions={
        <Group gap="xs">
          <Text c="dimmed">{customer.external_id ?? t('anonymous')}</Text>
          <Actions customer={customer} />
        </Group>
      }
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <Profile customer={customer} />
            <Inside customer={customer} />
            <Recommended customer={customer} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Tabs
            value={tab}
            onChange={(next) => setParams(next && next !== 'timeline' ? { tab: next } : {}, { replace: true })}
            keepMounted={false}
          >
            <Tabs.List mb="md">
              {TABS.map((each) => (
                <Tabs.Tab key={each} value={each}>
                  {t(`tabs.${each}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="timeline">
              <Timeline customer={customer} />
            </Tabs.Panel>
            <Tabs.Panel value="journeys">
              <Journeys customer={customer} />
            </Tabs.Panel>
            <Tabs.Panel value="scores">
              <Scores customer={customer} />
            </Tabs.Panel>
            <Tabs.Panel value="why">
              <Why customer={customer} />
            </Tabs.Panel>
            <Tabs.Panel value="consents">
              <Consents customer={customer} />
            </Tabs.Panel>
          </Tabs>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

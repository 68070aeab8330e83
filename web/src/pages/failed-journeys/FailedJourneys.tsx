import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { CampaignName, StepName } from '@/ui/CampaignNames';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Person } from '@/ui/Person';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';

type Journey = Schemas['JourneySummary'];
type Act = 'retry' | 'end';

const ofOne = (id: string, act: Act) =>
  take(api.POST(`/journeys/{journey_id}/${act}`, { params: { path: { journey_id: id } } }));
const ofAll = (slug: string, act: Act) =>
  take(api.POST(`/campaigns/{slug}/journeys/${act}`, { params: { path: { slug } } }));

/** Journeys whose step can't be taken, of one campaign or of all; an operator retries or ends them. */
export function FailedJourneys({ slug }: { slug?: string }) {
  const { t } = useTranslation('journeys');
  const pages = usePages(
    ['failed-journeys', slug ?? ''],
    (page) =>
      slug
        ? take(
            api.GET('/campaigns/{slug}/journeys', { params: { path: { slug }, query: { ...page, state: 'failed' } } }),
          )
        : take(api.GET('/journeys', { params: { query: { ...page, state: 'failed' } } })),
    { every: 5_000 },
  );
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('failed.help')}
      </Text>
      <Listing pages={pages} empty={<Empty icon={IconCircleCheck} title={t('failed.none')} />}>
        {slug && <Acts act={(act) => ofAll(slug, act)} retry={t('failed.retryAll')} end={t('failed.endAll')} />}
        <Table.ScrollContainer minWidth={640}>
          <Table verticalSpacing="xs" aria-label={t('failed.title')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('failed.customer')}</Table.Th>
                {!slug && <Table.Th>{t('failed.campaign')}</Table.Th>}
                <Table.Th>{t('failed.step')}</Table.Th>
                <Table.Th>{t('failed.reason')}</Table.Th>
                <Table.Th>{t('failed.since')}</Table.Th>
                <Table.Th />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages.items.map((journey) => (
                <Row key={journey.id} journey={journey} campaign={!slug} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Listing>
    </Stack>
  );
}

function Row({ journey, campaign }: { journey: Journey; campaign: boolean }) {
  const { t } = useTranslation('journeys');
  return (
    <Table.Tr>
      <Table.Td>
        <Person of={journey} />
      </Table.Td>
      {campaign && (
        <Table.Td>
          <Anchor component={Link} to={`/campaigns/${journey.campaign}/monitor?tab=failed`}>
            <CampaignName slug={journey.campaign} />
          </Anchor>
        </Table.Td>
      )}
      <Table.Td>
        <Anchor component={Link} to={`/journeys/${journey.id}`}>
          {journey.node_id ? <StepName campaign={journey.campaign} node={journey.node_id} /> : t('failed.entry')}
        </Anchor>
      </Table.Td>
      <Table.Td>
        {t(`failed.codes.${journey.failure_code ?? 'fault'}`)}
        <Text size="xs" c="dimmed">
          {journey.failure_error}
        </Text>
      </Table.Td>
      <Table.Td>{journey.failed_at && <Since at={journey.failed_at} />}</Table.Td>
      <Table.Td>
        <Acts act={(act) => ofOne(journey.id, act)} retry={t('failed.retry')} end={t('failed.end')} />
      </Table.Td>
    </Table.Tr>
  );
}

/** The two things that an operator can do about failed journeys. */
export function Acts({ act, retry, end }: { act: (act: Act) => Promise<unknown>; retry: string; end: string }) {
  const may = useMay('operator');
  const queries = useQueryClient();
  const acting = useMutation({ mutationFn: act, onSettled: () => queries.invalidateQueries() });
  if (!may) return null;
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <Button size="xs" loading={acting.isPending} onClick={() => acting.mutate('retry')}>
          {retry}
        </Button>
        <Button size="xs" variant="default" disabled={acting.isPending} onClick={() => acting.mutate('end')}>
          {end}
        </Button>
      </Group>
      {acting.error && <Problem error={acting.error} />}
    </>
  );
}

import { Anchor, Badge, Group, Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import type { Customer, Schemas } from '@/api/types';
import { useSay } from '@/lib/sentences';
import { CampaignName } from '@/ui/CampaignNames';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';

/** Where the customer is at this moment: open journeys, and segments. */
export function Inside({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const say = useSay();
  const path = { customer: customer.id };
  const journeys = useQuery({
    queryKey: ['customer', customer.id, 'inside'],
    queryFn: () => take(api.GET('/customers/{customer}/journeys', { params: { path, query: { limit: 100 } } })),
    refetchInterval: 3_000,
  });
  const segments = useQuery({
    queryKey: ['customer', customer.id, 'segments'],
    queryFn: () => take(api.GET('/customers/{customer}/segments', { params: { path } })),
  });
  const open = journeys.data?.items.filter((journey) => journey.state !== 'ended') ?? [];
  const member = segments.data?.filter((segment) => segment.member) ?? [];
  const personas = member.filter((segment) => segment.persona);
  const others = member.filter((segment) => !segment.persona);
  return (
    <Paper withBorder p="md" component="section" aria-label={t('now')}>
      <Title order={2} size="h5">
        {t('journeysNow')}
      </Title>
      {journeys.error && <Problem error={journeys.error} />}
      {journeys.data && open.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('noJourneyNow')}
        </Text>
      )}
      {open.map((journey) => (
        <div key={journey.id}>
          <Anchor component={Link} to={`/journeys/${journey.id}`} size="sm" fw={600}>
            <CampaignName slug={journey.campaign} />
          </Anchor>
          <Text size="sm">
            {say(journey.why, journey.said)}
            {journey.waiting_until && (
              <>
                {' '}
                (<Since at={journey.waiting_until} />)
              </>
            )}
          </Text>
        </div>
      ))}
      {personas.length > 0 && (
        <>
          <Title order={2} size="h5" mt="md">
            {t('personas')}
          </Title>
          {personas.map((persona) => (
            <div key={persona.id}>
              <Segments segments={[persona]} colour="grape" />
              <Text size="sm" c="dimmed">
                {persona.description}
              </Text>
            </div>
          ))}
        </>
      )}
      <Title order={2} size="h5" mt="md">
        {t('segments')}
      </Title>
      {segments.error && <Problem error={segments.error} />}
      {segments.data && others.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('noSegment')}
        </Text>
      )}
      <Segments segments={others} colour="indigo" />
    </Paper>
  );
}

function Segments({ segments, colour }: { segments: Schemas['Membership'][]; colour: string }) {
  return (
    <Group gap={6}>
      {segments.map((segment) => (
        <Badge
          key={segment.id}
          component={Link}
          to={`/segments/${segment.id}`}
          variant="light"
          color={colour}
          tt="none"
          style={{ cursor: 'pointer' }}
        >
          {segment.name}
        </Badge>
      ))}
    </Group>
  );
}

import { Anchor, Badge, Chip, Group, Stack, Text, Title } from '@mantine/core';
import { IconExternalLink, IconUserOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { useSay } from '@/lib/sentences';
import { useFormat } from '@/lib/useFormat';
import { CsvButton } from '@/ui/CsvButton';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Person } from '@/ui/Person';
import { Since } from '@/ui/Since';
import type { NodeFigures } from './figures';
import { useExitWords } from './words';

type Journey = Schemas['JourneySummary'];
type Props = {
  slug: string;
  node: string;
  title: string;
  run: string | null;
  figures: Omit<NodeFigures, 'node_id'>;
};

const HERE = '';

/** The customers who stand at a step, or those who left the campaign there for one reason. */
export function There({ slug, node, title, run, figures }: Props) {
  const { t } = useTranslation('monitor');
  const exits = useExitWords();
  const say = useSay();
  const format = useFormat();
  const reasons = Object.keys(figures.ended);
  const [chosen, choose] = useState<string | null>(null);
  const wanted = chosen ?? (figures.active === 0 ? (reasons[0] ?? HERE) : HERE);
  const which = wanted === HERE ? { open: true } : { open: false, exit_reason: wanted };
  const narrowed = { node, ...which, ...(run ? { run_id: run } : {}) };
  const pages = usePages(
    ['campaigns', slug, 'journeys', narrowed],
    (page) =>
      take(api.GET('/campaigns/{slug}/journeys', { params: { path: { slug }, query: { ...narrowed, ...page } } })),
    { every: 3_000, size: 25 },
  );
  return (
    <section>
      <Title order={3} size="h5" mb="xs">
        {t('there.title')}
      </Title>
      <Chip.Group value={wanted} onChange={(next) => choose(next as string)}>
        <Group gap={6} mb="sm">
          <Chip size="xs" value={HERE}>
            {t('there.here', { n: format.short(figures.active) })}
          </Chip>
          {reasons.map((reason) => (
            <Chip key={reason} size="xs" value={reason}>
              {t('there.left', { reason: exits(reason), n: format.short(figures.ended[reason] ?? 0) })}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Listing pages={pages} empty={<Empty icon={IconUserOff} title={t('there.nobody')} />}>
        <Stack gap="xs">
          {pages.items.map((journey) => (
            <Standing key={journey.id} journey={journey} />
          ))}
        </Stack>
        <Group justify="flex-end" mt="xs">
          <CsvButton<Journey>
            label={title}
            rows={pages.everything}
            columns={[
              { title: t('there.customer'), csv: (each) => each.customer_name },
              { title: t('there.customerId'), csv: (each) => each.external_id ?? each.customer_id },
              { title: t('there.why'), csv: (each) => say(each.why, each.said) },
              { title: t('there.until'), csv: (each) => each.waiting_until },
              { title: t('there.entered'), csv: (each) => each.started_at },
              { title: t('there.ended'), csv: (each) => each.ended_at },
            ]}
          />
        </Group>
      </Listing>
    </section>
  );
}

function Standing({ journey }: { journey: Journey }) {
  const { t } = useTranslation('monitor');
  const exits = useExitWords();
  const say = useSay();
  const open = journey.state !== 'ended';
  return (
    <div>
      <Group gap="xs" wrap="nowrap">
        <Person of={journey} />
        <Badge size="sm" miw="max-content" variant="light" color={open ? 'indigo' : 'gray'} tt="none">
          {journey.exit_reason ? exits(journey.exit_reason) : t(`journeyState.${journey.state}`)}
        </Badge>
        <Anchor component={Link} to={`/journeys/${journey.id}`} size="xs">
          {t('there.journey')}
        </Anchor>
        <Anchor href={journey.temporal_url} target="_blank" rel="noreferrer" size="xs" aria-label={t('workflow')}>
          <IconExternalLink size={14} />
        </Anchor>
      </Group>
      <Text size="xs" c="dimmed">
        {say(journey.why, journey.said)}
        {open && journey.waiting_until && (
          <>
            {' ('}
            <Since at={journey.waiting_until} />)
          </>
        )}
      </Text>
    </div>
  );
}

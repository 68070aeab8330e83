import { Anchor, Badge, Button, CloseButton, Drawer, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Flow, Schemas } from '@/api/types';
import { nodeById } from '@/builder/graph/model';
import { describe, titleOf } from '@/builder/kinds';
import { portLabel } from '@/builder/kinds/portLabel';
import { useWords } from '@/builder/names';
import { useFormat } from '@/lib/useFormat';
import { Loading } from '@/ui/Loading';
import { Person } from '@/ui/Person';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { byNode, type Monitor, NOBODY } from './figures';
import { useExitWords } from './words';

type Props = { slug: string; flow: Flow; monitor: Monitor; node: string | null; run: string | null; close: () => void };

/** What became of those who came to a step, and who stands there now. */
export function NodeDrawer({ slug, flow, monitor, node: id, run, close }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const node = id ? nodeById(flow, id) : undefined;
  return (
    <Drawer.Root opened={node !== undefined} onClose={close} position="right" lockScroll={false} size="md">
      <Drawer.Content aria-label={node ? titleOf(node, words.t) : undefined}>
        <Drawer.Body pt="md">
          {node && (
            <Stack>
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <Title order={2} size="h4">
                  {titleOf(node, words.t)}
                </Title>
                <CloseButton onClick={close} aria-label={t('close')} data-autofocus />
              </Group>
              <Text size="sm" c="dimmed">
                {describe(node, words)}
              </Text>
              <Fates node={node} monitor={monitor} />
              <There slug={slug} node={node.id} run={run} inside={byNode(monitor).get(node.id)?.inside ?? 0} />
            </Stack>
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Fates({ node, monitor }: { node: Flow['nodes'][number]; monitor: Monitor }) {
  const { t: words } = useTranslation(['kinds', 'app']);
  const { t } = useTranslation(['monitor', 'app']);
  const format = useFormat();
  const exits = useExitWords();
  const figures = byNode(monitor).get(node.id) ?? NOBODY;
  const withheld = monitor.messages
    .filter((each) => each.node_id === node.id)
    .flatMap((each) => Object.entries(each.withheld));
  const rows: [string, number][] = [
    [t('fates.entered'), figures.entered],
    [t('fates.inside'), figures.inside],
    ...(figures.held > 0 ? [[t('fates.held'), figures.held] as [string, number]] : []),
    ...Object.entries(figures.left).map(([port, n]): [string, number] => [
      t('fates.left', { port: portLabel(node, port, words) }),
      n,
    ]),
    ...Object.entries(figures.ended).map(([reason, n]): [string, number] => [
      t('fates.ended', { reason: exits(reason) }),
      n,
    ]),
    ...withheld.map(([why, n]): [string, number] => [
      t('fates.withheld', { why: t(`hindrance.${why as 'consent'}`) }),
      n,
    ]),
  ];
  return (
    <Table aria-label={t('fates.title')}>
      <Table.Tbody>
        {rows.map(([what, count]) => (
          <Table.Tr key={what}>
            <Table.Td>{what}</Table.Td>
            <Table.Td ta="right" className="figures">
              {format.number(count)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

type ThereProps = { slug: string; node: string; run: string | null; inside: number };

function There({ slug, node, run, inside }: ThereProps) {
  const { t } = useTranslation('monitor');
  const list = useInfiniteQuery({
    queryKey: ['campaigns', slug, 'journeys', node, run],
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/campaigns/{slug}/journeys', {
          params: { path: { slug }, query: { node, limit: 25, cursor: pageParam, ...(run ? { run_id: run } : {}) } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: inside > 0 ? 3_000 : false,
  });
  if (list.isPending) return <Loading />;
  if (list.error) return <Problem error={list.error} retry={() => list.refetch()} />;
  const journeys = list.data.pages.flatMap((page) => page.items);
  if (journeys.length === 0) return <Text c="dimmed">{t('there.nobody')}</Text>;
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('there.title')}</Text>
      {journeys.map((journey) => (
        <Standing key={journey.id} journey={journey} />
      ))}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          {t('there.more')}
        </Button>
      )}
    </Stack>
  );
}

function Standing({ journey }: { journey: Schemas['JourneySummary'] }) {
  const { t } = useTranslation('monitor');
  const exits = useExitWords();
  return (
    <div>
      <Group gap="xs" wrap="nowrap">
        <Person id={journey.customer_id} externalId={journey.external_id} />
        <Badge size="sm" variant="light" color={journey.state === 'ended' ? 'gray' : 'indigo'} tt="none">
          {journey.exit_reason ? exits(journey.exit_reason) : t(`journeyState.${journey.state}`)}
        </Badge>
        <Anchor href={journey.temporal_url} target="_blank" rel="noreferrer" size="xs" aria-label={t('workflow')}>
          <IconExternalLink size={14} />
        </Anchor>
      </Group>
      <Text size="xs" c="dimmed">
        {journey.why}
        {journey.waiting_until && journey.state !== 'ended' && (
          <>
            {' '}
            · {t('there.until')} <Since at={journey.waiting_until} />
          </>
        )}
      </Text>
    </div>
  );
}

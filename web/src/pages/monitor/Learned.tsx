import { Anchor, Badge, Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFlask2 } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Estimated } from '@/ui/Estimated';
import { Figure } from '@/ui/Figure';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { tell } from '@/ui/tell';
import { ChannelChoices } from './ChannelChoices';
import { useEstimate } from './estimate';

type Learned = Schemas['UpliftLearned'];
type Fifth = Schemas['UpliftFifth'];

/** What was learned from the campaign: whom it moves, and how good its channel choices are. */
export function LearnedFrom({ slug }: { slug: string }) {
  return (
    <Stack gap="xl">
      <Uplift slug={slug} />
      <ChannelChoices slug={slug} />
    </Stack>
  );
}

function Uplift({ slug }: { slug: string }) {
  const { t } = useTranslation('monitor');
  const found = useQuery({
    queryKey: ['campaigns', slug, 'uplift'],
    queryFn: () => take(api.GET('/campaigns/{slug}/uplift', { params: { path: { slug } } })),
  });
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Problem error={found.error} retry={() => found.refetch()} />;
  const { holdout, learned } = found.data;
  return (
    <Stack component="section" aria-label={t('uplift.title')}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('uplift.title')}
        </Title>
        {holdout && <Learn slug={slug} />}
      </Group>
      {learned ? (
        <Verdict learned={learned} />
      ) : (
        <Empty
          icon={IconFlask2}
          title={t(holdout ? 'uplift.notYet' : 'uplift.noHoldout')}
          help={t(holdout ? 'uplift.notYetHelp' : 'uplift.noHoldoutHelp')}
        />
      )}
    </Stack>
  );
}

function Learn({ slug }: { slug: string }) {
  const { t } = useTranslation('monitor');
  const may = useMay('operator');
  const learning = useMutation({
    mutationFn: () => take(api.POST('/campaigns/{slug}/uplift', { params: { path: { slug } } })),
    onSuccess: () => notifications.show({ message: t('uplift.started') }),
    onError: tell,
  });
  if (!may) return null;
  return (
    <Button variant="default" loading={learning.isPending} onClick={() => learning.mutate()}>
      {t('uplift.learn')}
    </Button>
  );
}

function Verdict({ learned }: { learned: Learned }) {
  const { t } = useTranslation('monitor');
  const format = useFormat();
  const estimate = useEstimate();
  const { effect, qini, evidence } = learned.metrics;
  return (
    <>
      <Group gap="xs">
        <Badge variant="dot" color={learned.usable ? 'teal' : 'gray'} size="lg" tt="none" fw={500}>
          {t(learned.usable ? 'uplift.usable' : 'uplift.nothing')}
        </Badge>
        <Text size="sm" c="dimmed">
          {t('uplift.when', {
            at: format.moment(learned.trained_at),
            contacted: format.number(learned.learned_from.contacted ?? 0),
            held: format.number(learned.learned_from.held_out ?? 0),
          })}
        </Text>
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs">
        <Figure
          label={t('uplift.effect', { event: learned.response.event, count: learned.response.days })}
          value={estimate.points(effect.value)}
          note={estimate.range(effect, estimate.points)}
        />
        <Figure
          label={t('uplift.qini')}
          value={qini.value.toFixed(3)}
          note={estimate.range(qini, (value) => value.toFixed(3))}
        />
        <Figure label={t('uplift.evidence')} value={evidence.toFixed(1)} note={t('uplift.evidenceHelp')} />
      </SimpleGrid>
      {!learned.usable && <Text size="sm">{t('uplift.nothingHelp')}</Text>}
      <Groups learned={learned} />
      <Fifths fifths={learned.fifths} />
    </>
  );
}

/** Persuadables and those best left alone, each a segment where its effect is beyond doubt. */
function Groups({ learned }: { learned: Learned }) {
  const { t } = useTranslation('monitor');
  const format = useFormat();
  const estimate = useEstimate();
  const names = ['persuadables', 'do_not_disturb'] as const;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
      {names.map((name) => {
        const group = learned.groups[name];
        const segment = learned.segments?.[name];
        if (!group) return null;
        return (
          <Figure
            key={name}
            label={t(`uplift.groups.${name}`)}
            value={estimate.points(group.effect.value)}
            note={
              <>
                {estimate.range(group.effect, estimate.points)}{' '}
                {t('uplift.customers', { n: format.number(group.customers) })}{' '}
                {segment ? (
                  <Anchor component={Link} to={`/segments/${segment}`} size="xs">
                    {t('uplift.segment')}
                  </Anchor>
                ) : (
                  !group.proven && t('uplift.unproven')
                )}
              </>
            }
          />
        );
      })}
    </SimpleGrid>
  );
}

function Fifths({ fifths }: { fifths: Fifth[] }) {
  const { t } = useTranslation('monitor');
  const format = useFormat();
  const estimate = useEstimate();
  const rows = fifths.map((fifth, index) => ({ ...fifth, place: index + 1 }));
  const columns: Column<Fifth & { place: number }>[] = [
    { key: 'place', title: t('uplift.fifth'), show: (row) => row.place, csv: (row) => row.place },
    {
      key: 'customers',
      title: t('uplift.size'),
      right: true,
      show: (row) => format.number(row.customers),
      csv: (row) => row.customers,
    },
    {
      key: 'expected',
      title: t('uplift.expected'),
      right: true,
      show: (row) => estimate.points(row.expected),
      csv: (row) => row.expected,
    },
    {
      key: 'effect',
      title: t('uplift.measured'),
      right: true,
      show: ({ effect }) => (
        <Estimated value={estimate.points(effect.value)} range={estimate.range(effect, estimate.points)} />
      ),
      csv: (row) => row.effect.value,
    },
  ];
  return (
    <div>
      <Title order={3} size="h5" mb="xs">
        {t('uplift.fifths')}
      </Title>
      <DataTable
        label={t('uplift.fifths')}
        rows={rows}
        columns={columns}
        rowKey={(row) => String(row.place)}
        minWidth={330}
      />
    </div>
  );
}

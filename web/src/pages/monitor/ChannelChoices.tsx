import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Channel, Schemas } from '@/api/types';
import { useFormat } from '@/lib/useFormat';
import { type Column, DataTable } from '@/ui/DataTable';
import { Estimated } from '@/ui/Estimated';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { useEstimate } from './estimate';

type Judged = Schemas['ChoicesJudged'];
type Row = Schemas['PolicyJudged'] & { name: string };

/** What the best-channel splits earned, and what other ways to choose would have, judged from the log. */
export function ChannelChoices({ slug }: { slug: string }) {
  const { t } = useTranslation('monitor');
  const found = useQuery({
    queryKey: ['campaigns', slug, 'channel-choices'],
    queryFn: () => take(api.GET('/campaigns/{slug}/channel-choices', { params: { path: { slug } } })),
  });
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Problem error={found.error} retry={() => found.refetch()} />;
  return (
    <Stack component="section" aria-label={t('choices.title')}>
      <Title order={2} size="h4">
        {t('choices.title')}
      </Title>
      {found.data.judged ? (
        <Policies judged={found.data.judged} />
      ) : (
        <Text size="sm" c="dimmed">
          {t('choices.notYet')}
        </Text>
      )}
    </Stack>
  );
}

function Policies({ judged }: { judged: Judged }) {
  const { t } = useTranslation(['monitor', 'app']);
  const format = useFormat();
  const { range } = useEstimate();
  const said = (value: number) => value.toFixed(3);
  const named = (name: string) => {
    const channel = name.replace(/^always /, '');
    if (channel === 'what looks best') return t('monitor:choices.best');
    return t('monitor:choices.always', { channel: t(`app:channel.${channel as Channel}`) });
  };
  const figure = (key: 'doubly_robust' | 'inverse_propensity'): Column<Row> => ({
    key,
    title: t(`monitor:choices.${key}`),
    right: true,
    show: (row) => <Estimated value={said(row[key].value)} range={range(row[key], said)} />,
    csv: (row) => row[key].value,
  });
  const columns: Column<Row>[] = [
    { key: 'name', title: t('monitor:choices.policy'), show: (row) => named(row.name), csv: (row) => row.name },
    figure('doubly_robust'),
    figure('inverse_propensity'),
    {
      key: 'as_chosen',
      title: t('monitor:choices.asChosen'),
      right: true,
      show: (row) => format.percent(row.as_chosen),
      csv: (row) => row.as_chosen,
    },
  ];
  const rows = Object.entries(judged.policies)
    .map(([name, policy]) => ({ ...policy, name }))
    .sort((a, b) => b.doubly_robust.value - a.doubly_robust.value);
  return (
    <>
      <Text size="sm">
        {t('monitor:choices.earned', {
          value: said(judged.earned.value),
          range: range(judged.earned, said),
          n: format.number(judged.decisions),
          explored: format.percent(judged.explored),
        })}
      </Text>
      <DataTable
        label={t('monitor:choices.title')}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.name}
        minWidth={330}
      />
    </>
  );
}

import { Alert, Anchor, Group, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { campaigns } from '@/api/campaigns';
import { api, take } from '@/api/client';
import type { Customer, FlowNode, Schemas } from '@/api/types';
import { readFlow } from '@/builder/graph/read';
import { titleOf } from '@/builder/kinds';
import { useStepWords } from '@/builder/stepWords';
import { CsvButton } from '@/ui/CsvButton';
import { Explained } from '@/ui/Explained';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { useRefusalWords } from '../monitor/words';

type Say = ReturnType<typeof useStepWords>;

/** Why the customer is, or is not, where they are in one campaign. */
export function Why({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const [params, setParams] = useSearchParams();
  const slug = params.get('campaign');
  const list = useQuery(campaigns.list());
  return (
    <Stack>
      <Select
        label={t('why.ask')}
        placeholder={t('campaign')}
        searchable
        maw={420}
        data={(list.data?.items ?? []).map((each) => ({ value: each.slug, label: each.name }))}
        value={slug}
        onChange={(next) => setParams(next ? { tab: 'why', campaign: next } : { tab: 'why' }, { replace: true })}
      />
      {slug && <Answer slug={slug} customer={customer} />}
    </Stack>
  );
}

function Answer({ slug, customer }: { slug: string; customer: Customer }) {
  const { t } = useTranslation(['customers', 'app']);
  const asked = useQuery({
    queryKey: ['campaigns', slug, 'why', customer.id],
    queryFn: () =>
      take(
        api.GET('/campaigns/{slug}/customers/{customer}/explanation', {
          params: { path: { slug, customer: customer.id } },
        }),
      ),
  });
  const version = useQuery({
    ...campaigns.version(slug, asked.data?.journey?.version ?? 0),
    enabled: Boolean(asked.data?.journey),
  });
  const nodes = useMemo(() => (version.data ? readFlow(version.data.flow).nodes : []), [version.data]);
  const say = useStepWords(nodes);
  if (asked.isPending) return <Loading />;
  if (asked.isLoadingError) return <Problem error={asked.error} retry={() => asked.refetch()} />;
  const why = asked.data;
  return (
    <Stack>
      <Alert variant="light" title={t(`customers:why.where.${why.where}`)}>
        {say(why.words, why.said)}
        {why.reentry && <Text size="sm">{say(why.reentry, why.reentry_said)}</Text>}
      </Alert>
      {why.journey && why.steps.length > 0 && (
        <Walked journey={why.journey.id} steps={why.steps} nodes={nodes} say={say} />
      )}
      {why.entry && (
        <section>
          <Title order={2} size="h5" mb="xs">
            {t('customers:why.entry')}
          </Title>
          {why.entry.explained ? (
            <Explained part={why.entry.explained} />
          ) : (
            <Text size="sm">{say(why.entry.words, why.entry.said)}</Text>
          )}
        </section>
      )}
      {why.channels.length > 0 && (
        <section>
          <Title order={2} size="h5" mb="xs">
            {t('customers:why.channels')}
          </Title>
          <Table>
            <Table.Tbody>
              {why.channels.map((each) => (
                <Table.Tr key={each.channel}>
                  <Table.Td>{t(`app:channel.${each.channel}`)}</Table.Td>
                  <Table.Td>{each.why ? say(each.why, each.said) : t('customers:why.reachable')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Group justify="flex-end" mt="xs">
            <CsvButton<Schemas['ChannelView']>
              label={t('customers:why.channels')}
              rows={() => why.channels}
              columns={[
                { title: t('customers:why.channel'), csv: (each) => t(`app:channel.${each.channel}`) },
                {
                  title: t('customers:why.answer'),
                  csv: (each) => (each.why ? say(each.why, each.said) : t('customers:why.reachable')),
                },
              ]}
            />
          </Group>
        </section>
      )}
      {why.refusals.length > 0 && <Refusals refusals={why.refusals} />}
    </Stack>
  );
}

type WalkedProps = { journey: string; steps: Schemas['StepView'][]; nodes: FlowNode[]; say: Say };

/** The steps of the latest journey, each with what was decided there. */
function Walked({ journey, steps, nodes, say }: WalkedProps) {
  const { t } = useTranslation('customers');
  const { t: kindText } = useTranslation(['kinds', 'app']);
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {t('why.steps')}
      </Title>
      <Table>
        <Table.Tbody>
          {steps.map((step) => {
            const node = nodes.find((each) => each.id === step.node_id);
            return (
              <Table.Tr key={step.seq}>
                <Table.Td>
                  <Since at={step.entered_at} />
                </Table.Td>
                <Table.Td fw={500}>{node ? titleOf(node, kindText) : step.node_id}</Table.Td>
                <Table.Td>{say(step.why, step.said)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      <Anchor component={Link} to={`/journeys/${journey}`} size="sm">
        {t('why.journey')}
      </Anchor>
    </section>
  );
}

function Refusals({ refusals }: { refusals: Schemas['EntryRejectionView'][] }) {
  const { t } = useTranslation(['customers', 'monitor']);
  const { words } = useRefusalWords();
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {t('customers:why.refusals')}
      </Title>
      <Table>
        <Table.Tbody>
          {refusals.map((each) => (
            <Table.Tr key={each.id}>
              <Table.Td>
                <Since at={each.at} />
              </Table.Td>
              <Table.Td>{words(each)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group justify="flex-end" mt="xs">
        <CsvButton<Schemas['EntryRejectionView']>
          label={t('customers:why.refusals')}
          rows={() => refusals}
          columns={[
            { title: t('monitor:refusals.at'), csv: (each) => each.at },
            { title: t('monitor:refusals.reason'), csv: words },
          ]}
        />
      </Group>
    </section>
  );
}

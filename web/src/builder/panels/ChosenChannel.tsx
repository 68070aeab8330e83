import { Alert, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Channel, DataOf, Flow, FlowNode, FlowSettings } from '@/api/types';
import { useSay } from '@/lib/sentences';
import { CustomerField } from '../fields/CustomerField';
import { useExampleCustomer } from '../fields/exampleCustomer';
import { edge } from '../graph/model';
import { EVERYBODY } from '../kinds/trigger';
import { useEditor, useFlow } from '../store';

/** Which channel a customer would take now, and why: each channel's record and what is expected of it. */
export function ChosenChannel({ id, data }: { id: string; data: DataOf<'channel_split'> }) {
  const { t } = useTranslation(['builder', 'app']);
  const say = useSay();
  const slug = useEditor((editor) => editor.slug);
  const settings = useFlow().settings;
  const [customer, choose] = useExampleCustomer();
  const said = useQuery({
    queryKey: [
      'channel',
      slug,
      id,
      data.channels,
      data.last_resort_channels,
      settings?.category,
      settings?.topic,
      customer,
    ],
    queryFn: () =>
      take(
        api.POST('/campaigns/{slug}/simulations', {
          params: { path: { slug } },
          body: { customer: customer ?? '', flow: only(id, data, settings), choices: {} },
        }),
      ),
    enabled: customer !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const step = customer === null ? undefined : said.data?.steps.find((each) => each.node_id === id);
  return (
    <Stack gap={6} component="section" aria-label={t('builder:channels.chosen')}>
      <CustomerField label={t('builder:channels.chosen')} value={customer} onChange={choose} />
      {said.error && (
        <Text size="sm" c="red">
          {said.error.message}
        </Text>
      )}
      {step && (
        <Alert
          p="xs"
          color={step.port === 'none' ? 'orange' : 'teal'}
          title={
            step.port === 'none'
              ? t('builder:channels.none')
              : t('builder:channels.takes', { channel: t(`app:channel.${step.port as Channel}`) })
          }
          data-testid="chosen-channel"
        >
          <Text size="sm">{say(step.why, step.said)}</Text>
        </Alert>
      )}
      <Text size="xs" c="dimmed">
        {t('builder:channels.whyHelp')}
      </Text>
    </Stack>
  );
}

/** A drawing of this step alone, to walk a customer straight to it. */
function only(id: string, data: DataOf<'channel_split'>, settings: FlowSettings | undefined): Flow {
  const [entry, end] = ['entry', 'end'].map((name) => (name === id ? `${name}_` : name)) as [string, string];
  const at = { x: 0, y: 0 };
  const nodes = [
    { id: entry, type: 'entry', position: at, data: { label: '', notes: '', trigger: EVERYBODY } },
    { id, type: 'channel_split', position: at, data },
    { id: end, type: 'end', position: at, data: { label: '', notes: '', reason: 'completed' } },
  ] as FlowNode[];
  const ways = [...data.channels, 'none'].map((port) => edge(id, port, end));
  return { nodes, edges: [edge(entry, 'next', id), ...ways], settings } as Flow;
}

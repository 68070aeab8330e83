import { Group, Select, Stack, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns } from '@/api/campaigns';
import type { Channel } from '@/api/types';
import { isSend, NodeField } from '../fields/NodeField';
import { readFlow } from '../graph/read';
import { titleOf } from '../kinds';
import type { LeafProps } from './leaf';
import { WindowField } from './WindowField';

const CHANNELS: Channel[] = ['email', 'sms', 'whatsapp', 'push', 'silent_push', 'in_app'];

/** "Opened a message": on which channel, of which campaign, of which step. */
export function EngagementLeaf({ leaf, inJourney, change }: LeafProps<'engagement'>) {
  const { t } = useTranslation(['conditions', 'app']);
  const ofThisJourney = !leaf.campaign_id && (leaf.node_id || leaf.this_journey);

  function ofCampaign(campaign_id: string | null) {
    change({ ...leaf, campaign_id, node_id: null, this_journey: false });
  }

  return (
    <Stack gap={6}>
      <Group gap={6} wrap="wrap">
        <Select
          size="xs"
          w={140}
          clearable
          aria-label={t('conditions:channel')}
          placeholder={t('conditions:anyChannel')}
          data={CHANNELS.map((each) => ({ value: each, label: t(`app:channel.${each}`) }))}
          value={leaf.channel ?? null}
          onChange={(channel) => change({ ...leaf, channel: channel as Channel | null })}
        />
        <CampaignField value={leaf.campaign_id ?? null} onChange={ofCampaign} />
        {leaf.campaign_id && (
          <StepOfCampaign
            campaignId={leaf.campaign_id}
            value={leaf.node_id ?? null}
            onChange={(node_id) => change({ ...leaf, node_id })}
          />
        )}
        {inJourney && !leaf.campaign_id && (
          <NodeField
            size="xs"
            hideLabel
            label={t('conditions:message')}
            placeholder={t('conditions:anyMessage')}
            accept={isSend}
            value={leaf.node_id ?? null}
            onChange={(node_id) => change({ ...leaf, node_id })}
          />
        )}
      </Group>
      <Group gap={10} wrap="wrap">
        {inJourney && !leaf.node_id && !leaf.campaign_id && (
          <Switch
            size="xs"
            label={t('conditions:thisJourney')}
            checked={leaf.this_journey}
            onChange={(event) => change({ ...leaf, this_journey: event.currentTarget.checked })}
          />
        )}
        <Switch
          size="xs"
          label={t('conditions:machines')}
          checked={leaf.machine}
          onChange={(event) => change({ ...leaf, machine: event.currentTarget.checked })}
        />
      </Group>
      {!ofThisJourney && (
        <WindowField value={leaf.window} inJourney={inJourney} onChange={(window) => change({ ...leaf, window })} />
      )}
    </Stack>
  );
}

type FieldProps = { value: string | null; onChange: (id: string | null) => void };

function CampaignField({ value, onChange }: FieldProps) {
  const { t } = useTranslation('conditions');
  const known = useQuery(campaigns.list()).data?.items ?? [];
  const data = known.map((each) => ({ value: each.id, label: each.name }));
  if (value && !known.some((each) => each.id === value)) data.push({ value, label: value });
  return (
    <Select
      size="xs"
      w={170}
      clearable
      searchable
      aria-label={t('campaign')}
      placeholder={t('anyCampaign')}
      data={data}
      value={value}
      onChange={onChange}
    />
  );
}

/** A step of another campaign that sends, as the campaign is published now. */
function StepOfCampaign({ campaignId, value, onChange }: FieldProps & { campaignId: string }) {
  const { t } = useTranslation('conditions');
  const { t: kindText } = useTranslation(['kinds', 'app']);
  const campaign = useQuery(campaigns.list()).data?.items.find((each) => each.id === campaignId);
  const version = useQuery({
    ...campaigns.version(campaign?.slug ?? '', campaign?.current_version ?? 0),
    enabled: Boolean(campaign?.current_version),
  });
  const steps = version.data ? readFlow(version.data.flow).nodes.filter(isSend) : [];
  const data = steps.map((node) => ({ value: node.id, label: titleOf(node, kindText) }));
  if (value && !steps.some((node) => node.id === value)) data.push({ value, label: value });
  return (
    <Select
      size="xs"
      w={170}
      clearable
      searchable
      aria-label={t('message')}
      placeholder={t('anyMessage')}
      data={data}
      value={value}
      onChange={onChange}
    />
  );
}

import { Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DurationField } from '../fields/DurationField';
import { EventFields } from '../fields/EventFields';
import { NodeField } from '../fields/NodeField';
import { useFlow } from '../store';
import { Branches } from './Branches';
import type { EditProps } from './panel';

export default function WaitEventPanel({ id, data, change }: EditProps<'wait_event'>) {
  const { t } = useTranslation(['builder', 'kinds']);
  const keyed = useFlow().nodes.some(
    (node) => node.type === 'entry' && node.data.trigger.kind === 'event' && node.data.trigger.key,
  );
  return (
    <Stack>
      <Branches
        items={data.branches}
        min={1}
        onChange={(branches) => change({ branches })}
        make={(branch, number) => ({
          id: branch,
          label: t('kinds:defaults.branch', { number }),
          on: { event: 'Order Completed', where: [] },
          match_entry_key: false,
        })}
        render={(branch, put) => (
          <Stack gap={6}>
            <EventFields
              inJourney
              label={t('builder:branches.event')}
              value={branch.on}
              onChange={(on) => put({ on })}
            />
            {(keyed || branch.match_entry_key) && (
              <Switch
                size="xs"
                label={t('builder:branches.sameKey')}
                checked={branch.match_entry_key}
                onChange={(event) => put({ match_entry_key: event.currentTarget.checked })}
              />
            )}
          </Stack>
        )}
      />
      <DurationField
        label={t('builder:branches.timeout')}
        value={data.timeout}
        onChange={(timeout) => change({ timeout })}
      />
      <NodeField
        label={t('builder:branches.since')}
        description={t('builder:branches.sinceHelp')}
        placeholder={t('builder:branches.journeyStart')}
        value={data.since_node ?? null}
        accept={(node) => node.id !== id && node.type !== 'end'}
        onChange={(since_node) => change({ since_node })}
      />
    </Stack>
  );
}

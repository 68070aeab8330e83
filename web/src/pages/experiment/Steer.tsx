import { Button, Group, Menu } from '@mantine/core';
import { IconDotsVertical, IconPlayerPlay, IconRocket } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Experiment, isLive, type Step } from '@/api/experiments';
import { useMay } from '@/api/me';
import { Confirm } from './Confirm';
import { RollOut } from './RollOut';

const BY_STATE: Record<Experiment['state'], Step[]> = {
  draft: ['start'],
  running: ['roll-back', 'stop'],
  ramping: ['roll-back', 'stop'],
  decided: ['fold', 'roll-back', 'stop'],
  rolled_back: ['stop'],
  stopped: [],
};
const FOR_MARKETERS: Step[] = ['fold', 'archive', 'restore'];

/** What may be done with an experiment now; each says what will happen before it does. */
export function Steer({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const [marketer, operator] = [useMay('marketer'), useMay('operator')];
  const [asked, ask] = useState<Step | 'roll-out' | null>(null);
  const { state } = experiment;
  const away: Step[] = isLive(state) ? [] : [experiment.archived_at ? 'restore' : 'archive'];
  const possible = [...BY_STATE[state], ...away].filter((each) => (FOR_MARKETERS.includes(each) ? marketer : operator));
  const first = possible.find((each) => each === 'start' || each === 'fold');
  const others = possible.filter((each) => each !== first);
  return (
    <Group gap="xs" wrap="nowrap">
      {first && (
        <Button leftSection={<IconPlayerPlay size={16} />} onClick={() => ask(first)}>
          {t(`steer.${first}.do`)}
        </Button>
      )}
      {state === 'running' && operator && (
        <Button variant="default" leftSection={<IconRocket size={16} />} onClick={() => ask('roll-out')}>
          {t('steer.roll-out.do')}
        </Button>
      )}
      {others.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" px="xs" aria-label={t('steer.more')}>
              <IconDotsVertical size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((each) => (
              <Menu.Item key={each} onClick={() => ask(each)}>
                {t(`steer.${each}.do`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {asked === 'roll-out' && <RollOut experiment={experiment} close={() => ask(null)} />}
      {asked && asked !== 'roll-out' && <Confirm experiment={experiment} which={asked} close={() => ask(null)} />}
    </Group>
  );
}

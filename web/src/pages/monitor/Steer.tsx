import { Button, Group, List, Menu, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDotsVertical, IconHandStop, IconPlayerPause, IconPlayerPlay, IconSunset2 } from '@tabler/icons-react';
import { type ComponentType, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCampaignAction } from '@/api/campaigns';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Campaign, CampaignState } from '@/api/types';
import { useFormat } from '@/lib/useFormat';
import { Problem } from '@/ui/Problem';

const ACTIONS = ['pause', 'resume', 'retire', 'stop'] as const;
type Action = (typeof ACTIONS)[number];

const FROM: Record<Action, CampaignState[]> = {
  pause: ['active'],
  resume: ['paused'],
  retire: ['active', 'paused'],
  stop: ['active', 'paused', 'retired'],
};
const ICONS: Record<Action, ComponentType<{ size?: number }>> = {
  pause: IconPlayerPause,
  resume: IconPlayerPlay,
  retire: IconSunset2,
  stop: IconHandStop,
};

const steer = (slug: string, action: Action) =>
  take(api.POST(`/campaigns/{slug}/${action}`, { params: { path: { slug } } }));

/** What an operator may do with a campaign now; each says what will happen before it does. */
export function Steer({ campaign, inside }: { campaign: Campaign; inside: number }) {
  const { t } = useTranslation('monitor');
  const may = useMay('operator');
  const [asked, ask] = useState<Action | null>(null);
  const possible = ACTIONS.filter((action) => FROM[action].includes(campaign.state));
  const [first, ...others] = possible;
  if (!may || !first) return null;
  const Icon = ICONS[first];
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <Button variant="default" leftSection={<Icon size={16} />} onClick={() => ask(first)}>
          {t(`steer.${first}.do`)}
        </Button>
        {others.length > 0 && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" px="xs" aria-label={t('steer.more')}>
                <IconDotsVertical size={16} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {others.map((action) => {
                const Each = ICONS[action];
                return (
                  <Menu.Item
                    key={action}
                    leftSection={<Each size={16} />}
                    color={action === 'stop' ? 'red' : undefined}
                    onClick={() => ask(action)}
                  >
                    {t(`steer.${action}.do`)}
                  </Menu.Item>
                );
              })}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {asked && <Confirm campaign={campaign} action={asked} inside={inside} close={() => ask(null)} />}
    </>
  );
}

type ConfirmProps = { campaign: Campaign; action: Action; inside: number; close: () => void };

function Confirm({ campaign, action, inside, close }: ConfirmProps) {
  const { t } = useTranslation(['monitor', 'app']);
  const format = useFormat();
  const acting = useCampaignAction(campaign.slug, (which: Action) => steer(campaign.slug, which));
  const points = t(`monitor:steer.${action}.what`, { count: inside, n: format.number(inside), returnObjects: true });
  return (
    <Modal opened onClose={close} title={t(`monitor:steer.${action}.title`, { name: campaign.name })}>
      <Stack>
        <List size="sm" spacing="xs">
          {(points as string[]).map((point) => (
            <List.Item key={point}>{point}</List.Item>
          ))}
        </List>
        <Text size="sm" c="dimmed">
          {t('monitor:steer.insideNow', { count: inside, n: format.number(inside) })}
        </Text>
        {acting.error && <Problem error={acting.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t('app:cancel')}
          </Button>
          <Button
            color={action === 'stop' ? 'red' : undefined}
            loading={acting.isPending}
            onClick={() =>
              acting.mutate(action, {
                onSuccess: () => {
                  notifications.show({ message: t(`monitor:steer.${action}.done`, { name: campaign.name }) });
                  close();
                },
              })
            }
          >
            {t(`monitor:steer.${action}.do`)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

import { ActionIcon, Checkbox, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/api/types';
import { ChosenChannel } from './ChosenChannel';
import type { EditProps } from './panel';

const ALL: Channel[] = ['push', 'email', 'sms', 'whatsapp', 'in_app', 'silent_push'];

export default function ChannelSplitPanel({ id, data, change }: EditProps<'channel_split'>) {
  const { t } = useTranslation(['builder', 'app']);
  const alone = data.last_resort_channels ?? [];
  const swap = (from: number, to: number) => {
    const channels = data.channels.filter((_, at) => at !== from);
    channels.splice(to, 0, data.channels[from] as Channel);
    change({ channels });
  };
  const without = (channel: Channel) =>
    change({
      channels: data.channels.filter((each) => each !== channel),
      last_resort_channels: alone.filter((each) => each !== channel),
    });
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('builder:channels.help')}
      </Text>
      {data.channels.map((channel, index) => (
        <Paper key={channel} withBorder p="xs">
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm" fw={600}>
              {index + 1}. {t(`app:channel.${channel}`)}
            </Text>
            <Group gap={2} wrap="nowrap">
              <ActionIcon
                variant="subtle"
                color="gray"
                disabled={index === 0}
                aria-label={t('builder:branches.up')}
                onClick={() => swap(index, index - 1)}
              >
                <IconArrowUp size={15} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                disabled={index === data.channels.length - 1}
                aria-label={t('builder:branches.down')}
                onClick={() => swap(index, index + 1)}
              >
                <IconArrowDown size={15} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="red"
                disabled={data.channels.length === 1}
                aria-label={t('builder:branches.remove')}
                onClick={() => without(channel)}
              >
                <IconX size={15} />
              </ActionIcon>
            </Group>
          </Group>
          <Checkbox
            size="xs"
            mt={4}
            label={t('builder:channels.alone')}
            checked={alone.includes(channel)}
            onChange={(event) =>
              change({
                last_resort_channels: event.currentTarget.checked
                  ? [...alone, channel]
                  : alone.filter((each) => each !== channel),
              })
            }
          />
        </Paper>
      ))}
      {data.channels.length < ALL.length && (
        <Select
          size="xs"
          aria-label={t('builder:channels.add')}
          placeholder={t('builder:channels.add')}
          data={ALL.filter((each) => !data.channels.includes(each)).map((each) => ({
            value: each,
            label: t(`app:channel.${each}`),
          }))}
          value={null}
          onChange={(channel) => channel && change({ channels: [...data.channels, channel as Channel] })}
        />
      )}
      <ChosenChannel id={id} data={data} />
    </Stack>
  );
}

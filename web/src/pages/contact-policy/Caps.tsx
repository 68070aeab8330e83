import { ActionIcon, Button, Group, NumberInput, Paper, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { DurationField } from '@/builder/fields/DurationField';
import { type Amount, amountOf, type Cap, NEW_CAP, repeated, withAmount, withPeriod } from '@/contact/policy';
import { sayCap } from '@/contact/say';

const ALL = '*';
const MOST = 30;
const CHANNELS = ['email', 'sms', 'whatsapp', 'push', 'in_app'] as const;
const AMOUNTS: Amount[] = ['some', 'none', 'unlimited'];
const PERIODS = ['day', 'week', 'rolling'] as const;

type Props = { caps: Cap[]; onChange: (caps: Cap[]) => void };

/** How many messages in how long, by one channel or over all. */
export function Caps({ caps, onChange }: Props) {
  const { t } = useTranslation('contacting');
  const twice = repeated(caps);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('caps.help')}
      </Text>
      {caps.map((cap, index) => (
        <CapFields
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and none is moved
          key={index}
          cap={cap}
          repeated={twice.includes(index)}
          onChange={(next) => onChange(caps.map((each, at) => (at === index ? next : each)))}
          remove={() => onChange(caps.filter((_, at) => at !== index))}
        />
      ))}
      <Button
        variant="light"
        w="fit-content"
        leftSection={<IconPlus size={16} />}
        disabled={caps.length >= MOST}
        onClick={() => onChange([...caps, NEW_CAP])}
      >
        {t('caps.add')}
      </Button>
    </Stack>
  );
}

type RowProps = { cap: Cap; repeated: boolean; onChange: (cap: Cap) => void; remove: () => void };

function CapFields({ cap, repeated, onChange, remove }: RowProps) {
  const { t } = useTranslation(['contacting', 'kinds', 'app']);
  const amount = amountOf(cap);
  return (
    <Paper withBorder p="sm" role="group" aria-label={sayCap(cap, t)} data-testid="cap">
      <Group wrap="nowrap" align="flex-start" justify="space-between">
        <Group align="flex-start" gap="sm">
          <Select
            label={t('contacting:caps.channel')}
            w={205}
            data={[
              { value: ALL, label: t('contacting:caps.all') },
              ...CHANNELS.map((channel) => ({ value: channel as string, label: t(`app:channel.${channel}`) })),
            ]}
            value={cap.channel ?? ALL}
            onChange={(channel) => onChange({ ...cap, channel: channel === ALL ? null : (channel as Cap['channel']) })}
          />
          <Select
            label={t('contacting:caps.amount')}
            w={135}
            data={AMOUNTS.map((each) => ({ value: each, label: t(`contacting:caps.amounts.${each}`) }))}
            value={amount}
            onChange={(next) => onChange(withAmount(cap, (next ?? 'some') as Amount))}
          />
          {amount === 'some' && (
            <NumberInput
              label={t('contacting:caps.messages')}
              w={100}
              min={1}
              max={500}
              clampBehavior="strict"
              allowDecimal={false}
              value={cap.limit ?? 1}
              onChange={(limit) => typeof limit === 'number' && limit > 0 && onChange({ ...cap, limit })}
            />
          )}
          {amount !== 'none' && (
            <Select
              label={t('contacting:caps.per')}
              w={205}
              data={PERIODS.map((each) => ({ value: each, label: t(`contacting:caps.periods.${each}`) }))}
              value={cap.per}
              onChange={(per) => onChange(withPeriod(cap, (per ?? 'day') as Cap['per']))}
            />
          )}
          {amount !== 'none' && cap.window && (
            <DurationField
              label={t('contacting:caps.window')}
              value={cap.window}
              onChange={(window) => onChange({ ...cap, window })}
            />
          )}
        </Group>
        <ActionIcon variant="subtle" color="red" aria-label={t('contacting:caps.remove')} onClick={remove}>
          <IconTrash size={17} />
        </ActionIcon>
      </Group>
      {amount !== 'some' && (
        <Text size="sm" mt="xs" fw={amount === 'none' ? 600 : undefined} c={amount === 'none' ? undefined : 'dimmed'}>
          {t(`contacting:caps.means.${amount}`)}
        </Text>
      )}
      {repeated && (
        <Text size="sm" mt="xs" c="dimmed">
          {t('contacting:caps.repeated')}
        </Text>
      )}
    </Paper>
  );
}

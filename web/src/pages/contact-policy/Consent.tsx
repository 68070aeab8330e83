import { Checkbox, Group, Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/api/types';
import { PRESETS, type Preset, presetOf } from '@/contact/policy';

type Props = { channels: Channel[]; onChange: (channels: Channel[]) => void };

const CHANNELS: Channel[] = ['email', 'sms', 'whatsapp', 'push', 'in_app'];

/** On which channels marketing needs consent: by the name of a rule, or channel by channel. */
export function Consent({ channels, onChange }: Props) {
  const { t } = useTranslation(['contacting', 'app']);
  return (
    <Stack>
      <Radio.Group
        label={t('contacting:consent.preset')}
        description={t('contacting:consent.help')}
        value={presetOf(channels) ?? ''}
        onChange={(name) => onChange([...PRESETS[name as Preset]])}
      >
        <Stack gap="xs" mt="xs">
          {(Object.keys(PRESETS) as Preset[]).map((name) => (
            <Radio key={name} value={name} label={t(`contacting:consent.presets.${name}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <Checkbox.Group
        label={t('contacting:consent.channels')}
        value={channels}
        onChange={(chosen) => onChange(CHANNELS.filter((each) => chosen.includes(each)))}
      >
        <Group mt="xs">
          {CHANNELS.map((each) => (
            <Checkbox key={each} value={each} label={t(`app:channel.${each}`)} />
          ))}
        </Group>
      </Checkbox.Group>
    </Stack>
  );
}

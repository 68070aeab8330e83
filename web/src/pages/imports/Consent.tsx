import { Checkbox, Group, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';

export type Said = Schemas['ConsentBody'];

/** Whether the question was answered; a yes says to what. */
export const isAnswered = (said: Said | null) =>
  said !== null && (said.answer !== 'yes' || ((said.channels ?? []).length > 0 && (said.how ?? '').trim() !== ''));

const CHANNELS = ['email', 'sms', 'whatsapp', 'push', 'in_app'] as const;

type Props = {
  kind: 'customers' | 'events';
  said: Said | null;
  onSaid: (said: Said) => void;
  live: boolean;
  onLive: (live: boolean) => void;
};

/** Of customers the question of consent, with its proof; of events whether they trigger campaigns. */
export function Consent({ kind, said, onSaid, live, onLive }: Props) {
  const { t } = useTranslation('imports');
  if (kind === 'events') {
    return (
      <Checkbox
        label={t('live')}
        description={t('liveHelp')}
        checked={live}
        onChange={(event) => onLive(event.currentTarget.checked)}
      />
    );
  }
  const now: Said = said ?? { answer: 'no', how: '', evidence: '' };
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t('consent')}
        value={said?.answer ?? ''}
        onChange={(answer) => onSaid({ ...now, answer: answer as Said['answer'] })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="yes" label={t('consentYes')} />
          <Radio value="columns" label={t('consentColumns')} />
          <Radio value="no" label={t('consentNo')} />
        </Stack>
      </Radio.Group>
      {said?.answer === 'yes' && (
        <>
          <Checkbox.Group
            label={t('consentTo')}
            value={said.channels ?? []}
            onChange={(channels) => onSaid({ ...now, channels })}
          >
            <Group mt="xs">
              {CHANNELS.map((channel) => (
                <Checkbox key={channel} value={channel} label={t(`channels.${channel}`)} />
              ))}
            </Group>
          </Checkbox.Group>
          <TextInput
            label={t('consentHow')}
            required
            value={said.how ?? ''}
            onChange={(event) => onSaid({ ...now, how: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('consentWhen')}
            value={said.when ?? ''}
            onChange={(event) => onSaid({ ...now, when: event.currentTarget.value || null })}
          />
          <Textarea
            label={t('consentEvidence')}
            value={said.evidence ?? ''}
            onChange={(event) => onSaid({ ...now, evidence: event.currentTarget.value })}
          />
        </>
      )}
    </Stack>
  );
}

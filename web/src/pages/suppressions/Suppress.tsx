import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SuppressedAddress, suppress } from '@/api/contact';
import { Problem } from '@/ui/Problem';

export function Suppress({ done }: { done: () => void }) {
  const { t } = useTranslation(['contacting', 'app']);
  const client = useQueryClient();
  const [channel, setChannel] = useState<SuppressedAddress['channel']>('email');
  const [address, setAddress] = useState('');
  const adding = useMutation({
    mutationFn: () => suppress({ channel, address: address.trim() }),
    onSuccess: async (row) => {
      await client.invalidateQueries({ queryKey: ['suppressions'] });
      notifications.show({ message: t('contacting:suppressions.added', { address: row.address }) });
      done();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    adding.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('contacting:suppressions.newHelp')}</Text>
        <SegmentedControl
          aria-label={t('contacting:suppressions.channel')}
          data={(['email', 'sms', 'whatsapp'] as const).map((each) => ({
            value: each,
            label: t(`app:channel.${each}`),
          }))}
          value={channel}
          onChange={(next) => {
            setChannel(next as SuppressedAddress['channel']);
            adding.reset();
          }}
        />
        <TextInput
          label={t(`contacting:suppressions.addressOf.${channel}`)}
          description={channel !== 'email' ? t('contacting:suppressions.numberHelp') : undefined}
          required
          data-autofocus
          inputMode={channel !== 'email' ? 'tel' : 'email'}
          maxLength={320}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        {adding.error && <Problem error={adding.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={done}>
            {t('app:cancel')}
          </Button>
          <Button type="submit" color="red" loading={adding.isPending} disabled={address.trim() === ''}>
            {t('contacting:suppressions.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

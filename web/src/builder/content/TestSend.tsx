import { Button, Group, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';

/** Sends the template once, written for the chosen customer, to an address of one's own. */
export function TestSend({ templateId, customer }: { templateId: string; customer: string | null }) {
  const { t } = useTranslation('builder');
  const may = useMay('operator');
  const [address, setAddress] = useState('');
  const sending = useMutation({
    mutationFn: () =>
      take(
        api.POST('/templates/{template_id}/test', {
          params: { path: { template_id: templateId } },
          body: { customer: customer ?? '', address: address || null },
        }),
      ),
  });
  if (!may) return null;
  return (
    <div>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          size="xs"
          flex={1}
          label={t('test.address')}
          description={t('test.help')}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Button
          size="xs"
          variant="default"
          disabled={!customer}
          loading={sending.isPending}
          onClick={() => sending.mutate()}
        >
          {t('test.send')}
        </Button>
      </Group>
      <Text size="sm" role="status" mt={4} c={sending.error ? 'red' : undefined}>
        {sending.error?.message ?? (sending.data ? t('test.sent', { state: sending.data.state }) : '')}
        {!customer && t('test.choose')}
      </Text>
    </div>
  );
}

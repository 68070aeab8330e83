import { Anchor, Button, Group, Text, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Content } from '@/api/types';
import { nameOf, useCustomer } from '../fields/exampleCustomer';

type Props = { content: Content; coupons: Record<string, string>; customer: string | null };

/** Sends what is written now once, to an address of one's own, as a customer would get it. This browser keeps the address. */
export function TestSend({ content, coupons, customer }: Props) {
  const { t } = useTranslation('builder');
  const may = useMay('operator');
  const profile = useCustomer(customer).data;
  const kind = addressed(content);
  const [address, setAddress] = useLocalStorage({ key: `campaign-flow-test-address:${kind}`, defaultValue: '' });
  const sending = useMutation({
    mutationFn: () =>
      take(
        api.POST('/templates/test', {
          body: { content, coupons, customer: customer ?? '', address: kind === 'inApp' ? null : address.trim() },
        }),
      ),
  });
  if (!may) return null;
  const ready = customer !== null && (kind === 'inApp' || address.trim() !== '');
  return (
    <section aria-label={t('test.title')}>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        {kind === 'inApp' ? (
          <Text size="xs" flex={1}>
            {t('test.inApp')}
          </Text>
        ) : (
          <TextInput
            size="xs"
            flex={1}
            label={t('test.title')}
            placeholder={t(`test.${kind}`)}
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
        )}
        <Button
          size="xs"
          variant="default"
          disabled={!ready}
          loading={sending.isPending}
          onClick={() => sending.mutate()}
        >
          {t('test.send')}
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {profile ? t('test.writtenFor', { name: nameOf(profile) }) : t('test.choose')}
      </Text>
      <Text size="sm" role="status" mt={4} c={sending.error ? 'red' : undefined}>
        {sending.error?.message}
        {sending.data && t('test.sent', { state: sending.data.state })}{' '}
        {sending.data && (
          <Anchor component={Link} to={`/messages/${sending.data.id}`} target="_blank" size="sm">
            {t('test.look')}
          </Anchor>
        )}
      </Text>
    </section>
  );
}

/** What the address is on the content's channel. */
function addressed(content: Content): 'email' | 'sms' | 'push' | 'inApp' {
  switch (content.channel) {
    case 'email':
    case 'sms':
      return content.channel;
    case 'whatsapp':
      return 'sms';
    case 'in_app':
      return 'inApp';
    default:
      return 'push';
  }
}

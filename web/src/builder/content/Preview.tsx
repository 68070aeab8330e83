import { Alert, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError, api, take } from '@/api/client';
import type { Content } from '@/api/types';
import { CustomerField } from '../fields/CustomerField';
import { useExampleCustomer } from '../fields/exampleCustomer';
import { useFlow } from '../store';
import { EmailFrame } from './EmailFrame';
import { CardFrame, DataFrame, PhoneFrame, WhatsAppFrame } from './Frames';
import './preview.css';
import { TestSend } from './TestSend';
import { couponTokens } from './tokens';

/** The message as a customer would get it, written by the server with the real template engine. */
export default function Preview({ content }: { content: Content }) {
  const { t } = useTranslation('builder');
  const [customer, setCustomer] = useExampleCustomer();
  const [asked] = useDebouncedValue(content, 350);
  const prefixes = couponTokens(useFlow().nodes).map((token) => token.replace('coupon.', ''));
  const coupons = Object.fromEntries(prefixes.map((prefix) => [prefix, `${prefix}-7K2M-9QXA`]));
  const preview = useQuery({
    queryKey: ['preview', asked, customer, prefixes],
    queryFn: () => take(api.POST('/templates/preview', { body: { content: asked, customer, coupons } })),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const refused = preview.error instanceof ApiError ? preview.error.message : null;
  const problems = refused ? [refused] : (preview.data?.problems ?? []);
  const rendered = refused ? null : preview.data?.rendered;
  return (
    <Stack component="section" gap="sm" aria-label={t('preview.title')}>
      <Text size="sm" fw={600}>
        {t('preview.title')}
      </Text>
      <CustomerField
        label={t('preview.as')}
        placeholder={t('preview.anybody')}
        value={customer}
        onChange={setCustomer}
      />
      {problems.map((problem) => (
        <Alert key={problem} color="red" p="xs">
          <Text size="sm">{problem}</Text>
        </Alert>
      ))}
      {rendered && <Frame content={rendered as Content} smsSegments={preview.data?.sms_segments ?? null} />}
      {rendered && <TestSend content={content} coupons={coupons} customer={customer} />}
    </Stack>
  );
}

function Frame({ content, smsSegments }: { content: Content; smsSegments: number | null }) {
  switch (content.channel) {
    case 'email':
      return <EmailFrame content={content} />;
    case 'sms':
      return <PhoneFrame body={content.body} segments={smsSegments} />;
    case 'whatsapp':
      return <WhatsAppFrame content={content} />;
    case 'push':
      return <PhoneFrame title={content.title} body={content.body} image={content.image} />;
    case 'in_app':
      return <CardFrame content={content} />;
    case 'silent_push':
      return <DataFrame data={content.data} />;
  }
}

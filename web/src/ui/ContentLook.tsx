import { Text } from '@mantine/core';
import type { Content } from '@/api/types';
import { EmailFrame } from '@/builder/content/EmailFrame';
import { CardFrame, DataFrame, PhoneFrame, WhatsAppFrame } from '@/builder/content/Frames';
import '@/builder/content/preview.css';

/** A message as its recipient saw it. */
export function ContentLook({ content }: { content: Content | Record<string, unknown> }) {
  const known = content as Content;
  switch (known.channel) {
    case 'email':
      return <EmailFrame content={known} />;
    case 'sms':
      return <PhoneFrame body={known.body} />;
    case 'whatsapp':
      return <WhatsAppFrame content={known} />;
    case 'push':
      return <PhoneFrame title={known.title ?? ''} body={known.body} image={known.image} />;
    case 'in_app':
      return <CardFrame content={known} />;
    case 'silent_push':
      return <DataFrame data={known.data ?? {}} />;
    default:
      return <Text c="dimmed">–</Text>;
  }
}

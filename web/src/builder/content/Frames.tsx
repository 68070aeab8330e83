import { Code, Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ContentOf } from '@/api/types';

type PhoneProps = { title?: string; body: string; image?: string | null; segments?: number | null };

/** A telephone's screen with a notification or a text message. */
export function PhoneFrame({ title, body, image, segments }: PhoneProps) {
  const { t } = useTranslation('builder');
  const isSms = title === undefined;
  return (
    <div>
      <div className="phone">
        <div className="phone-clock">10:00</div>
        <div className={isSms ? 'phone-sms' : 'phone-push'}>
          {!isSms && (
            <Text size="sm" fw={600} c="dark.9">
              {title}
            </Text>
          )}
          <Text size="sm" c="dark.9" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {body}
          </Text>
          {image && <img src={image} alt="" />}
        </div>
      </div>
      {isSms && segments != null && (
        <Text size="sm" mt={4} ta="center" data-testid="sms-segments">
          {t('preview.segments', { count: segments, characters: body.length })}
        </Text>
      )}
    </div>
  );
}

/** A WhatsApp message. What a template says is at the provider: here are its variables. */
export function WhatsAppFrame({ content }: { content: ContentOf<'whatsapp'> }) {
  const { t } = useTranslation('builder');
  if (content.body != null) return <PhoneFrame body={content.body} />;
  const variables = Object.entries(content.variables ?? {}).map(([name, value]) => `{{${name}}}: ${value}`);
  return <PhoneFrame body={[t('whatsapp.ofTemplate', { sid: content.template_sid }), ...variables].join('\n')} />;
}

export function CardFrame({ content }: { content: ContentOf<'in_app'> }) {
  return (
    <Paper withBorder shadow="sm" radius="lg" maw={320} mx="auto" style={{ overflow: 'hidden' }}>
      {content.image && <img src={content.image} alt="" style={{ width: '100%', display: 'block' }} />}
      <div style={{ padding: 16 }}>
        <Text fw={700}>{content.title}</Text>
        <Text size="sm" mt={4} style={{ whiteSpace: 'pre-wrap' }}>
          {content.body}
        </Text>
        {content.link && (
          <Text size="sm" mt="xs" c="var(--mantine-color-anchor)">
            {content.link}
          </Text>
        )}
      </div>
    </Paper>
  );
}

export function DataFrame({ data }: { data: Record<string, string> }) {
  return <Code block>{JSON.stringify(data, null, 2)}</Code>;
}

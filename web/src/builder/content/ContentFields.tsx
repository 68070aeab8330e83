import { SegmentedControl, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Content, ContentOf } from '@/api/types';
import { DocumentField } from '@/emails/DocumentField';
import { emptyDocument } from '@/emails/model';
import { KeyValues } from '../fields/KeyValues';
import { TokenText } from './TokenText';
import { WhatsAppFields } from './WhatsAppFields';

type Props<C extends Content = Content> = {
  content: C;
  /** It was begun just now: its first text takes the focus. */
  begun?: boolean;
  onChange: (content: Content) => void;
};

/** The form of a message's content; every text takes tokens. */
export function ContentFields({ content, begun, onChange }: Props) {
  const { t } = useTranslation('builder');
  switch (content.channel) {
    case 'email':
      return <EmailFields content={content} begun={begun} onChange={onChange} />;
    case 'sms':
      return (
        <TokenText
          label={t('content.text')}
          required
          begin={begun}
          rows={5}
          max={1600}
          value={content.body}
          onChange={(body) => onChange({ ...content, body })}
        />
      );
    case 'whatsapp':
      return <WhatsAppFields content={content} onChange={onChange} />;
    case 'push':
    case 'in_app':
      return <CardFields content={content} begun={begun} onChange={onChange} />;
    case 'silent_push':
      return (
        <KeyValues
          label={t('content.data')}
          description={t('content.dataHelp')}
          nameLabel={t('content.name')}
          valueLabel={t('content.value')}
          value={content.data}
          onChange={(data) => onChange({ ...content, data })}
        />
      );
  }
}

function CardFields({ content, begun, onChange }: Props<ContentOf<'push'> | ContentOf<'in_app'>>) {
  const { t } = useTranslation('builder');
  const put = (part: Partial<ContentOf<'push'>>) => onChange({ ...content, ...part } as Content);
  return (
    <Stack gap="sm">
      <TokenText
        label={t('content.title')}
        required={content.channel === 'in_app'}
        max={200}
        value={content.title}
        onChange={(title) => put({ title })}
      />
      <TokenText
        label={t('content.text')}
        required
        begin={begun}
        rows={3}
        max={1000}
        value={content.body}
        onChange={(body) => put({ body })}
      />
      <TokenText
        label={t('content.link')}
        max={2000}
        value={content.link ?? ''}
        onChange={(link) => put({ link: link || null })}
      />
      <TokenText
        label={t('content.image')}
        max={2000}
        value={content.image ?? ''}
        onChange={(image) => put({ image: image || null })}
      />
    </Stack>
  );
}

type Body = 'mjml' | 'html' | 'text' | 'document';

const NO_BODY = { document: null, mjml: null, html: null, text: null };

function bodyOf(content: ContentOf<'email'>): Body {
  if (content.document != null) return 'document';
  if (content.mjml != null) return 'mjml';
  return content.html != null ? 'html' : 'text';
}

/** The body in another format: source goes along from one to the other, blocks begin empty. */
function began(body: Body, written: string, language: string): Partial<ContentOf<'email'>> {
  return body === 'document' ? { document: emptyDocument(language) } : { [body]: written };
}

function EmailFields({ content, begun, onChange }: Props<ContentOf<'email'>>) {
  const { t, i18n } = useTranslation('builder');
  const body = bodyOf(content);
  const written = body === 'document' ? '' : (content[body] ?? '');
  return (
    <Stack gap="sm">
      <TokenText
        label={t('content.subject')}
        required
        begin={begun}
        max={500}
        value={content.subject}
        onChange={(subject) => onChange({ ...content, subject })}
      />
      <TokenText
        label={t('content.preheader')}
        description={t('content.preheaderHelp')}
        max={500}
        value={content.preheader}
        onChange={(preheader) => onChange({ ...content, preheader })}
      />
      <TokenText
        label={t('content.from')}
        max={120}
        value={content.from_name ?? ''}
        onChange={(from_name) => onChange({ ...content, from_name: from_name || null })}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('content.format')}
        data={(['document', 'mjml', 'html', 'text'] as const).map((each) => ({
          value: each,
          label: t(`content.${each}`),
        }))}
        value={body}
        onChange={(next) => onChange({ ...content, ...NO_BODY, ...began(next as Body, written, i18n.language) })}
      />
      {body === 'document' ? (
        <DocumentField content={content} onChange={onChange} />
      ) : (
        <TokenText
          label={t('content.body')}
          required
          rows={14}
          code
          max={100_000}
          value={written}
          onChange={(text) => onChange({ ...content, [body]: text })}
        />
      )}
    </Stack>
  );
}

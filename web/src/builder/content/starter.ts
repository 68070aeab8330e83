import type { Channel, Content } from '@/api/types';

export type StarterKey =
  | 'subject'
  | 'greeting'
  | 'text'
  | 'button'
  | 'unsubscribe'
  | 'sms'
  | 'pushTitle'
  | 'push'
  | 'cardTitle'
  | 'card';

/** Where a new e-mail's button leads until somebody says where. */
const STARTER_LINK = 'https://shop.example';

/** Content to begin with: complete, so that it can be saved and looked at from the first key on. */
export function starter(channel: Channel, say: (key: StarterKey) => string): Content {
  switch (channel) {
    case 'email':
      return {
        channel,
        subject: say('subject'),
        preheader: '',
        document: null,
        mjml: mjml(say),
        html: null,
        text: null,
        from_name: null,
        reply_to: null,
      };
    case 'sms':
      return { channel, body: say('sms') };
    case 'whatsapp':
      return { channel, body: say('sms'), template_sid: null, variables: {} };
    case 'push':
      return { channel, title: say('pushTitle'), body: say('push'), image: null, link: null, data: {} };
    case 'silent_push':
      return { channel, data: { action: 'refresh' } };
    case 'in_app':
      return { channel, title: say('cardTitle'), body: say('card'), image: null, link: null };
  }
}

/** Whether content still holds what `starter` put there; an e-mail begun in another language is known by its link. */
export function isUnfinished(content: Content, say: (key: StarterKey) => string): boolean {
  if (content.channel === 'silent_push') return false;
  if (content.channel === 'email') {
    const source = content.mjml ?? content.html ?? '';
    return source.includes(`href="${STARTER_LINK}"`) || source.includes(say('text'));
  }
  const first = starter(content.channel, say);
  return 'body' in first && first.body === content.body;
}

function mjml(say: (key: StarterKey) => string): string {
  return `<mjml>
  <mj-body background-color="#f4f4f7">
    <mj-section background-color="#ffffff" padding="32px">
      <mj-column>
        <mj-text font-size="22px" font-weight="700">${say('greeting')}</mj-text>
        <mj-text font-size="16px" line-height="24px">${say('text')}</mj-text>
        <mj-button background-color="#3b5bdb" href="${STARTER_LINK}">${say('button')}</mj-button>
      </mj-column>
    </mj-section>
    <mj-section>
      <mj-column>
        <mj-text align="center" color="#666666" font-size="12px"><a href="{{ unsubscribe_url }}">${say('unsubscribe')}</a></mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`;
}

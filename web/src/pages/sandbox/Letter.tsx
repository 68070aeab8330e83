import { Anchor, Badge, Button, Group, Paper, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { PhoneFrame } from '@/builder/content/Frames';
import '@/builder/content/preview.css';
import { withoutLinks } from '@/builder/content/frame';
import { useFormat } from '@/lib/useFormat';
import { Problem } from '@/ui/Problem';

type Item = Schemas['SandboxMessage'];
const ACTIONS = ['open', 'click', 'buy', 'unsubscribe', 'complain', 'bounce', 'reply'] as const;
type Action = (typeof ACTIONS)[number];

const OF_CHANNEL: Record<string, Action[]> = {
  email: ['open', 'click', 'buy', 'unsubscribe', 'complain', 'bounce'],
  sms: ['click', 'buy', 'reply', 'bounce'],
  whatsapp: ['open', 'buy', 'reply', 'bounce'],
  push: ['open', 'click', 'buy'],
};
const FATES = ['delivered', 'bounced', 'opened', 'clicked', 'bought', 'unsubscribed', 'complained', 'replied'] as const;

/** A message in its recipient's hands. */
export function Letter({ letter }: { letter: Item }) {
  const { t } = useTranslation(['sandbox', 'app']);
  const format = useFormat();
  const fates = FATES.filter((fate) => letter[`${fate}_at`]);
  return (
    <Paper withBorder p="md" component="article" aria-label={letter.subject || letter.text.slice(0, 60)}>
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <Anchor
          component={Link}
          to={`/customers/${encodeURIComponent(letter.customer)}`}
          size="sm"
          fw={600}
          truncate
          title={letter.customer}
        >
          {letter.customer_name || letter.customer || letter.address}
        </Anchor>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {format.exact(letter.accepted_at * 1000)}
        </Text>
      </Group>
      <Body letter={letter} />
      <Group gap={6} my="sm" mih={22}>
        {fates.map((fate) => (
          <Badge key={fate} variant="light" color={fate === 'bought' ? 'teal' : 'indigo'} tt="none">
            {t(`sandbox:fates.${fate}`)}
          </Badge>
        ))}
      </Group>
      <Actions letter={letter} />
      {letter.message_id && (
        <Anchor component={Link} to={`/messages/${letter.message_id}`} size="sm" mt="sm" display="block">
          {t('sandbox:follow')}
        </Anchor>
      )}
    </Paper>
  );
}

function Body({ letter }: { letter: Item }) {
  const { t } = useTranslation('sandbox');
  if (letter.channel === 'email') {
    return (
      <>
        <Text fw={600} mb="xs">
          {letter.subject}
        </Text>
        {letter.html ? (
          <iframe
            title={letter.subject}
            sandbox=""
            loading="lazy"
            srcDoc={withoutLinks(letter.html)}
            style={{ width: '100%', height: 300, border: 0, borderRadius: 8, background: 'var(--paper)' }}
          />
        ) : (
          <Text style={{ whiteSpace: 'pre-wrap' }}>{letter.text}</Text>
        )}
      </>
    );
  }
  if (letter.channel === 'silent_push') {
    return (
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {t('silent')} <code>{letter.text}</code>
      </Text>
    );
  }
  return (
    <PhoneFrame
      title={letter.channel === 'sms' || letter.channel === 'whatsapp' ? undefined : letter.subject}
      body={letter.text}
    />
  );
}

function Actions({ letter }: { letter: Item }) {
  const { t } = useTranslation('sandbox');
  const may = useMay('marketer');
  const client = useQueryClient();
  const [reply, setReply] = useState('STOP');
  const acting = useMutation({
    mutationFn: (action: Action) =>
      take(
        api.POST('/sandbox/messages/{message_id}/{action}', {
          params: {
            path: { message_id: letter.message_id, action },
            query: action === 'reply' ? { text: reply } : {},
          },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['sandbox'] }),
  });
  const actions = OF_CHANNEL[letter.channel] ?? [];
  if (!may || !letter.message_id || actions.length === 0) return null;
  return (
    <>
      <Group gap={6}>
        {actions.map((action) =>
          action === 'reply' ? (
            <Group key={action} gap={4} wrap="nowrap">
              <TextInput
                size="xs"
                w={90}
                aria-label={t('answer')}
                value={reply}
                onChange={(event) => setReply(event.currentTarget.value)}
              />
              <Button size="compact-sm" variant="default" disabled={!reply} onClick={() => acting.mutate(action)}>
                {t('do.reply')}
              </Button>
            </Group>
          ) : (
            <Button key={action} size="compact-sm" variant="default" onClick={() => acting.mutate(action)}>
              {t(`do.${action}`)}
            </Button>
          ),
        )}
      </Group>
      {acting.error && <Problem error={acting.error} />}
    </>
  );
}

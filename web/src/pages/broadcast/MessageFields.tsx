import { Button, Select, SimpleGrid } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Definition } from '@/api/broadcasts';
import { api, take } from '@/api/client';
import type { Channel, Content } from '@/api/types';
import { ContentFields } from '@/builder/content/ContentFields';
import { starter } from '@/builder/content/starter';
import { TopicField } from '@/builder/fields/TopicField';
import { useTemplates } from '@/builder/names';
import { Loading } from '@/ui/Loading';
import { Part } from './Part';

const Preview = lazy(() => import('@/builder/content/Preview'));
const CHANNELS: Channel[] = ['email', 'sms', 'whatsapp', 'push', 'in_app'];

type Props = { said: Definition; change: (part: Partial<Definition>) => void };

/** What they get: a template, or a message written here. */
export function MessageFields({ said, change }: Props) {
  const { t } = useTranslation(['broadcasts', 'builder', 'app']);
  const message = said.message ?? { channel: 'email' as Channel };
  const channel = message.channel as Channel;
  const templates = (useTemplates().data?.items ?? []).filter((each) => each.channel === channel);
  const chosen = useQuery({
    queryKey: ['template', message.template_id],
    queryFn: () =>
      take(api.GET('/templates/{template_id}', { params: { path: { template_id: message.template_id ?? '' } } })),
    enabled: Boolean(message.template_id),
  });
  const content = (message.content ?? null) as Content | null;
  const shown = content ?? chosen.data?.content ?? null;
  const put = (part: { channel?: Channel; template_id?: string | null; content?: Content | null }) =>
    change({ message: { ...message, ...part } as Definition['message'] });
  const write = () =>
    put({ template_id: null, content: chosen.data?.content ?? starter(channel, (key) => t(`builder:starter.${key}`)) });
  return (
    <Part title={t('broadcasts:message.title')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={t('broadcasts:message.channel')}
          allowDeselect={false}
          data={CHANNELS.map((value) => ({ value, label: t(`app:channel.${value}`) }))}
          value={channel}
          onChange={(value) => value && put({ channel: value as Channel, template_id: null, content: null })}
        />
        <Select
          label={t('broadcasts:message.template')}
          placeholder={t('builder:send.choose')}
          searchable
          clearable
          data={templates.map(({ id, name }) => ({ value: id, label: name }))}
          value={message.template_id ?? null}
          onChange={(template_id) => put({ template_id, content: null })}
          nothingFoundMessage={t('builder:send.noTemplate')}
        />
      </SimpleGrid>
      {!content && (
        <Button variant="light" size="xs" w="fit-content" leftSection={<IconPencil size={14} />} onClick={write}>
          {t(message.template_id ? 'builder:send.copy' : 'builder:send.write')}
        </Button>
      )}
      {content && <ContentFields key={channel} content={content} onChange={(next) => put({ content: next })} />}
      {shown && (
        <Suspense fallback={<Loading />}>
          <Preview content={shown} />
        </Suspense>
      )}
      <TopicField
        label={t('builder:send.topic')}
        description={t('builder:send.topicHelp')}
        placeholder={t('broadcasts:message.noTopic')}
        value={said.topic ?? null}
        onChange={(topic) => change({ topic })}
      />
    </Part>
  );
}

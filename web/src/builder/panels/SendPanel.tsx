import { Button, Select, Stack } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Channel, Content, FlowNode } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { ContentFields } from '../content/ContentFields';
import { starter } from '../content/starter';
import { SEND_CHANNEL } from '../graph/model';
import type { SendKind } from '../kinds/sends';
import { useTemplates } from '../names';
import { useFlow } from '../store';
import type { EditProps } from './panel';
import { SendRules } from './SendRules';

const Preview = lazy(() => import('../content/Preview'));

/** What is sent: a template, or content written here, with how it looks to a customer. */
export default function SendPanel({ id, data, change }: EditProps<SendKind>) {
  const { t } = useTranslation(['builder', 'app']);
  const channel = channelOf(useFlow().nodes, id);
  const template = useQuery({
    queryKey: ['templates', data.template_id],
    queryFn: () =>
      take(api.GET('/templates/{template_id}', { params: { path: { template_id: data.template_id ?? '' } } })),
    enabled: Boolean(data.template_id),
  });
  const shown = data.content ?? template.data?.content ?? null;
  // The parts of a union can't be told apart here: the node's kind and its content's channel always agree.
  const write = (content: Content | null) => change({ content, template_id: null } as Partial<typeof data>);
  const [begun, begin] = useState(false);
  return (
    <Stack>
      <TemplateField
        channel={channel}
        value={data.template_id ?? null}
        onChange={(template_id) => change({ template_id, content: null })}
      />
      {!data.content && (
        <Button
          variant="light"
          size="xs"
          w="fit-content"
          leftSection={<IconPencil size={14} />}
          onClick={() => {
            begin(true);
            write(template.data?.content ?? starter(channel, (key) => t(`builder:starter.${key}`)));
          }}
        >
          {data.template_id ? t('builder:send.copy') : t('builder:send.write')}
        </Button>
      )}
      {data.content && <ContentFields key={channel} content={data.content as Content} begun={begun} onChange={write} />}
      {shown && (
        <Suspense fallback={<Loading />}>
          <Preview content={shown as Content} />
        </Suspense>
      )}
      <SendRules data={data} change={change} />
    </Stack>
  );
}

function channelOf(nodes: FlowNode[], id: string): Channel {
  const type = nodes.find((node) => node.id === id)?.type;
  return (type && SEND_CHANNEL[type]) ?? 'email';
}

type FieldProps = { channel: Channel; value: string | null; onChange: (id: string | null) => void };

function TemplateField({ channel, value, onChange }: FieldProps) {
  const { t } = useTranslation(['builder', 'kinds']);
  const all = useTemplates().data?.items ?? [];
  const data = all.filter((each) => each.channel === channel).map((each) => ({ value: each.id, label: each.name }));
  if (value && !data.some((each) => each.value === value)) data.push({ value, label: t('kinds:describe.missing') });
  return (
    <Select
      label={t('builder:send.template')}
      placeholder={t('builder:send.choose')}
      searchable
      clearable
      data={data}
      value={value}
      onChange={onChange}
      nothingFoundMessage={t('builder:send.noTemplate')}
    />
  );
}

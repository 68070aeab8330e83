import { Anchor, Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTemplate } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Channel } from '@/api/types';
import { usePages } from '@/api/usePages';
import { starter } from '@/builder/content/starter';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';

const CHANNELS: Channel[] = ['email', 'sms', 'whatsapp', 'push', 'in_app', 'silent_push'];

export function Component() {
  const { t } = useTranslation(['templates', 'app']);
  const may = useMay('marketer');
  const [params, setParams] = useSearchParams();
  const pages = usePages(['templates', 'pages'], (page) =>
    take(api.GET('/templates', { params: { query: { ...page } } })),
  );
  const create = may && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setParams({ new: '' })}>
      {t('templates:new')}
    </Button>
  );
  return (
    <Page title={t('templates:title')} actions={pages.items.length > 0 && create}>
      <Listing
        pages={pages}
        empty={
          <Empty icon={IconTemplate} title={t('templates:empty')} help={t('templates:emptyHelp')}>
            {create}
          </Empty>
        }
      >
        <DataTable
          label={t('templates:title')}
          rows={pages.items}
          rowKey={({ id }) => id}
          minWidth={300}
          everything={pages.everything}
          columns={[
            {
              key: 'name',
              title: t('templates:name'),
              show: (template) => (
                <Anchor component={Link} to={`/templates/${template.id}`} fw={600}>
                  {template.name}
                </Anchor>
              ),
              csv: ({ name }) => name,
            },
            {
              key: 'channel',
              title: t('templates:channel'),
              show: ({ channel }) => t(`app:channel.${channel}`),
              csv: ({ channel }) => channel,
            },
            {
              key: 'changed',
              title: t('templates:changed'),
              show: ({ updated_at: at }) => <Since at={at} />,
              csv: ({ updated_at }) => updated_at,
              wide: true,
            },
          ]}
        />
      </Listing>
      <Modal opened={may && params.get('new') !== null} onClose={() => setParams({})} title={t('templates:new')}>
        <Create />
      </Modal>
    </Page>
  );
}

function Create() {
  const { t } = useTranslation(['templates', 'app', 'builder']);
  const navigate = useNavigate();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [channel, setChannel] = useState<Channel>('email');
  const making = useMutation({
    mutationFn: () => {
      const content = starter(channel, (key) => t(`builder:starter.${key}`));
      return take(api.POST('/templates', { body: { name: name.trim(), content } }));
    },
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['templates'] });
      navigate(`/templates/${made.id}`);
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    making.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('templates:name')}
          required
          data-autofocus
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t('templates:channel')}
          data={CHANNELS.map((each) => ({ value: each, label: t(`app:channel.${each}`) }))}
          value={channel}
          onChange={(next) => setChannel(next as Channel)}
        />
        {making.error && <Problem error={making.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={making.isPending} disabled={name.trim() === ''}>
            {t('templates:create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

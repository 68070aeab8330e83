import { Anchor, Button, Group, Modal, Select, Stack, Table, TextInput } from '@mantine/core';
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
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';

const CHANNELS: Channel[] = ['email', 'sms', 'push', 'in_app', 'silent_push'];

export function Component() {
  const { t } = useTranslation(['templates', 'app']);
  const may = useMay('marketer');
  const [params, setParams] = useSearchParams();
  const pages = usePages(['templates', 'pages'], (cursor) =>
    take(api.GET('/templates', { params: { query: { limit: 50, cursor } } })),
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
        <Table verticalSpacing="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('templates:name')}</Table.Th>
              <Table.Th>{t('templates:channel')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('templates:changed')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pages.items.map((template) => (
              <Table.Tr key={template.id}>
                <Table.Td>
                  <Anchor component={Link} to={`/templates/${template.id}`} fw={600}>
                    {template.name}
                  </Anchor>
                </Table.Td>
                <Table.Td>{t(`app:channel.${template.channel}`)}</Table.Td>
                <Table.Td visibleFrom="sm">
                  <Since at={template.updated_at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Listing>
      <Modal opened={params.get('new') !== null} onClose={() => setParams({})} title={t('templates:new')}>
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
          allowDeselect={false}
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

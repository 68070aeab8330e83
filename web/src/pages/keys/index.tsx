import {
  Alert,
  Badge,
  Button,
  Checkbox,
  Code,
  CopyButton,
  Group,
  Modal,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { IconKeyOff, IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Role, Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';

const ROLES: Role[] = ['viewer', 'marketer', 'operator', 'admin'];
type Key = Schemas['KeyView'];

export function Component() {
  const { t } = useTranslation('keys');
  const may = useMay('admin');
  const [params, setParams] = useSearchParams();
  const [revoking, revoke] = useState<Key | null>(null);
  const pages = usePages(
    ['keys'],
    (cursor) => take(api.GET('/api-keys', { params: { query: { limit: 50, cursor } } })),
    {
      enabled: may,
    },
  );
  if (!may) return <Empty icon={IconKeyOff} title={t('refused')} />;
  return (
    <Page
      title={t('title')}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setParams({ new: '' })}>
          {t('new')}
        </Button>
      }
    >
      <Listing pages={pages} empty={<Empty icon={IconKeyOff} title={t('empty')} help={t('emptyHelp')} />}>
        <Table.ScrollContainer
          minWidth={420}
          scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('title') } }}
        >
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('name')}</Table.Th>
                <Table.Th>{t('role')}</Table.Th>
                <Table.Th>{t('made')}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{t('revoke')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages.items.map((key) => (
                <Row key={key.id} shown={key} revoke={() => revoke(key)} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Listing>
      <Modal opened={params.get('new') !== null} onClose={() => setParams({})} title={t('new')}>
        <Create done={() => setParams({})} />
      </Modal>
      {revoking && <Revoke shown={revoking} close={() => revoke(null)} />}
    </Page>
  );
}

function Row({ shown, revoke }: { shown: Key; revoke: () => void }) {
  const { t } = useTranslation(['keys', 'app']);
  return (
    <Table.Tr>
      <Table.Td fw={600}>{shown.name}</Table.Td>
      <Table.Td>{shown.tracking ? t('keys:tracking') : t(`app:role.${shown.role}`)}</Table.Td>
      <Table.Td>
        <Since at={shown.created_at} />
      </Table.Td>
      <Table.Td ta="right">
        {shown.revoked_at ? (
          <Badge color="gray" variant="light" tt="none">
            {t('keys:revoked')}
          </Badge>
        ) : (
          <Button
            size="compact-sm"
            variant="default"
            onClick={revoke}
            aria-label={t('keys:revokeOne', { name: shown.name })}
          >
            {t('keys:revoke')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Create({ done }: { done: () => void }) {
  const { t } = useTranslation(['keys', 'app']);
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [tracking, setTracking] = useState(false);
  const making = useMutation({
    mutationFn: () => take(api.POST('/api-keys', { body: { name: name.trim(), role, tracking } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys'] }),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    making.mutate();
  }

  if (making.data) {
    const { key } = making.data;
    return (
      <Stack>
        <Alert color="yellow">{t('keys:once')}</Alert>
        <Code block>{key}</Code>
        <Group justify="flex-end">
          <CopyButton value={key}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {t(copied ? 'keys:copied' : 'keys:copy')}
              </Button>
            )}
          </CopyButton>
          <Button onClick={done}>{t('app:close')}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('keys:name')}
          description={t('keys:nameHelp')}
          required
          data-autofocus
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox
          label={t('keys:trackingOnly')}
          checked={tracking}
          onChange={(event) => setTracking(event.currentTarget.checked)}
        />
        {!tracking && (
          <Select
            label={t('keys:role')}
            description={t(`keys:may.${role}`)}
            allowDeselect={false}
            data={ROLES.map((each) => ({ value: each, label: t(`app:role.${each}`) }))}
            value={role}
            onChange={(next) => setRole(next as Role)}
          />
        )}
        {making.error && <Problem error={making.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={making.isPending} disabled={name.trim() === ''}>
            {t('keys:make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Revoke({ shown, close }: { shown: Key; close: () => void }) {
  const { t } = useTranslation(['keys', 'app']);
  const client = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => take(api.DELETE('/api-keys/{key_id}', { params: { path: { key_id: shown.id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['keys'] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={t('keys:revokeOne', { name: shown.name })}>
      <Stack>
        <Text size="sm">{t('keys:revokeHelp')}</Text>
        {revoking.error && <Problem error={revoking.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t('app:cancel')}
          </Button>
          <Button color="red" loading={revoking.isPending} onClick={() => revoking.mutate()}>
            {t('keys:revoke')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

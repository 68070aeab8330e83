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
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';

const AUTHORITIES = ['browser', 'server'] as const;
type Authority = (typeof AUTHORITIES)[number];
const ROLES: Role[] = ['till', 'viewer', 'marketer', 'operator', 'admin'];
type Key = Schemas['KeyView'];

export function Component() {
  const { t } = useTranslation('keys');
  const may = useMay('admin');
  const [params, setParams] = useSearchParams();
  const [revoking, revoke] = useState<Key | null>(null);
  const pages = usePages(['keys'], (page) => take(api.GET('/api-keys', { params: { query: { ...page } } })), {
    enabled: may,
  });
  if (!may) return <Empty alone icon={IconKeyOff} title={t('refused')} />;
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
        <Rows keys={pages.items} everything={pages.everything} revoke={revoke} />
      </Listing>
      <Modal opened={params.get('new') !== null} onClose={() => setParams({})} title={t('new')}>
        <Create done={() => setParams({})} />
      </Modal>
      {revoking && <Revoke shown={revoking} close={() => revoke(null)} />}
    </Page>
  );
}

type RowsProps = { keys: Key[]; everything: () => Promise<Key[]>; revoke: (key: Key) => void };

function Rows({ keys, everything, revoke }: RowsProps) {
  const { t } = useTranslation(['keys', 'app']);
  const role = (key: Key) =>
    key.tracking ? t(`keys:writeKey.${key.authority ?? 'browser'}`) : t(`app:role.${key.role}`);
  return (
    <DataTable
      label={t('keys:title')}
      rows={keys}
      rowKey={({ id }) => id}
      minWidth={420}
      everything={everything}
      columns={[
        { key: 'name', title: t('keys:name'), show: ({ name }) => <b>{name}</b>, csv: ({ name }) => name },
        { key: 'role', title: t('keys:role'), show: role, csv: role },
        {
          key: 'made',
          title: t('keys:made'),
          show: ({ created_at: at }) => <Since at={at} />,
          csv: ({ created_at }) => created_at,
        },
        {
          key: 'revoke',
          title: t('keys:revoked'),
          untitled: true,
          right: true,
          show: (key) => (key.revoked_at ? <Gone /> : <RevokeButton shown={key} revoke={revoke} />),
          csv: ({ revoked_at }) => revoked_at,
        },
      ]}
    />
  );
}

function Gone() {
  const { t } = useTranslation('keys');
  return (
    <Badge color="gray" variant="light" tt="none">
      {t('revoked')}
    </Badge>
  );
}

function RevokeButton({ shown, revoke }: { shown: Key; revoke: (key: Key) => void }) {
  const { t } = useTranslation('keys');
  return (
    <Button
      size="compact-sm"
      variant="default"
      onClick={() => revoke(shown)}
      aria-label={t('revokeOne', { name: shown.name })}
    >
      {t('revoke')}
    </Button>
  );
}

function Create({ done }: { done: () => void }) {
  const { t } = useTranslation(['keys', 'app']);
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [tracking, setTracking] = useState(false);
  const [authority, setAuthority] = useState<Authority>('browser');
  const making = useMutation({
    mutationFn: () => take(api.POST('/api-keys', { body: { name: name.trim(), role, tracking, authority } })),
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
        <Code block tabIndex={0}>
          {key}
        </Code>
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
        {tracking ? (
          <Select
            label={t('keys:usedBy')}
            description={t(`keys:writeKeyMay.${authority}`)}
            data={AUTHORITIES.map((each) => ({ value: each, label: t(`keys:usedWhere.${each}`) }))}
            value={authority}
            onChange={(next) => setAuthority(next as Authority)}
          />
        ) : (
          <Select
            label={t('keys:role')}
            description={t(`keys:may.${role}`)}
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

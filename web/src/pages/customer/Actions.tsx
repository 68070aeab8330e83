import { Alert, Button, Group, List, Menu, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowMerge, IconArrowsSplit2, IconDotsVertical, IconEraser, IconFileExport } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Customer } from '@/api/types';
import { CustomerField } from '@/builder/fields/CustomerField';
import { download } from '@/lib/csv';
import { Problem } from '@/ui/Problem';
import { tell } from '@/ui/tell';
import { nameOf } from '../customers/name';
import { Merges } from './Merges';

type Asked = 'merge' | 'merges' | 'erase' | null;

/** What can be done to a customer as a whole, by those who may. */
export function Actions({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const operator = useMay('operator');
  const admin = useMay('admin');
  const [asked, ask] = useState<Asked>(null);
  const exporting = useMutation({
    mutationFn: () => take(api.GET('/customers/{customer}/export', { params: { path: { customer: customer.id } } })),
    onSuccess: (all) =>
      download(`${customer.external_id ?? customer.id}.json`, JSON.stringify(all, null, 2), 'application/json'),
    onError: tell,
  });
  if (!operator) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px="xs" aria-label={t('actions')} loading={exporting.isPending}>
            <IconDotsVertical size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconArrowMerge size={16} />} onClick={() => ask('merge')}>
            {t('merge.do')}
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowsSplit2 size={16} />} onClick={() => ask('merges')}>
            {t('merges.do')}
          </Menu.Item>
          {admin && (
            <>
              <Menu.Item leftSection={<IconFileExport size={16} />} onClick={() => exporting.mutate()}>
                {t('export')}
              </Menu.Item>
              <Menu.Item color="red" leftSection={<IconEraser size={16} />} onClick={() => ask('erase')}>
                {t('erase.do')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {asked === 'merge' && <Merge customer={customer} close={() => ask(null)} />}
      {asked === 'merges' && <Merges customer={customer} close={() => ask(null)} />}
      {asked === 'erase' && <Erase customer={customer} close={() => ask(null)} />}
    </>
  );
}

type Props = { customer: Customer; close: () => void };

function Merge({ customer, close }: Props) {
  const { t } = useTranslation(['customers', 'app']);
  const navigate = useNavigate();
  const client = useQueryClient();
  const [into, setInto] = useState<string | null>(null);
  const merging = useMutation({
    mutationFn: (survivor: string) =>
      take(
        api.POST('/customers/{customer}/merge', {
          params: { path: { customer: customer.id } },
          body: { into: survivor },
        }),
      ),
    onSuccess: async (survivor) => {
      await client.invalidateQueries({ queryKey: ['customers'] });
      close();
      navigate(`/customers/${encodeURIComponent(survivor.external_id ?? survivor.id)}`);
    },
  });
  return (
    <Modal opened onClose={close} title={t('customers:merge.title', { name: nameOf(customer) })}>
      <Stack>
        <List size="sm" spacing="xs">
          {(t('customers:merge.what', { returnObjects: true }) as string[]).map((point) => (
            <List.Item key={point}>{point}</List.Item>
          ))}
        </List>
        <CustomerField label={t('customers:merge.into')} value={into} onChange={setInto} />
        {merging.error && <Problem error={merging.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app:cancel')}
          </Button>
          <Button
            color="red"
            disabled={!into || into === customer.external_id}
            loading={merging.isPending}
            onClick={() => into && merging.mutate(into)}
          >
            {t('customers:merge.do')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Erase({ customer, close }: Props) {
  const { t } = useTranslation(['customers', 'app']);
  const navigate = useNavigate();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const wanted = customer.external_id ?? customer.id;
  const erasing = useMutation({
    mutationFn: () => take(api.POST('/customers/{customer}/erase', { params: { path: { customer: wanted } } })),
    onSuccess: async (proof) => {
      notifications.show({ message: t('customers:erase.done', { proof: proof.id }), autoClose: false });
      client.removeQueries({ queryKey: ['customer'] });
      await client.invalidateQueries({ queryKey: ['customers'] });
      navigate('/customers');
    },
  });
  return (
    <Modal opened onClose={close} title={t('customers:erase.title', { name: nameOf(customer) })}>
      <Stack>
        <Alert color="red">{t('customers:erase.what')}</Alert>
        <TextInput
          label={t('customers:erase.type', { id: wanted })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {erasing.error && <Problem error={erasing.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app:cancel')}
          </Button>
          <Button
            color="red"
            disabled={typed.trim() !== wanted}
            loading={erasing.isPending}
            onClick={() => erasing.mutate()}
          >
            {t('customers:erase.do')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

import { Button, Checkbox, Grid, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconFilterOff, IconSend } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Condition, Schemas } from '@/api/types';
import { ConditionField } from '@/builder/conditions/ConditionField';
import { Broken } from '@/ui/Broken';
import { Empty } from '@/ui/Empty';
import { Fields } from '@/ui/Fields';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { useNewBroadcast } from '../broadcast/useNewBroadcast';
import { Members } from './Members';
import { Overlap } from './Overlap';
import { Why } from './Why';

type Segment = Schemas['SegmentView'];
const BLANK: Condition = { kind: 'event', event: 'Order Completed', window: { kind: 'last', days: 30 } } as Condition;

export function Component() {
  const { id = '' } = useParams();
  const { t } = useTranslation('segments');
  const may = useMay('marketer');
  const making = id === 'new';
  const found = useQuery({
    queryKey: ['segment', id],
    queryFn: () => take(api.GET('/segments/{segment_id}', { params: { path: { segment_id: id } } })),
    enabled: !making,
  });
  if (making) {
    if (!may) return <Empty alone icon={IconFilterOff} title={t('refused')} />;
    return (
      <Page title={t('new')}>
        <Form segment={null} />
      </Page>
    );
  }
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/segments" />;
  return (
    <Page
      title={found.data.name}
      actions={
        <Group gap="xs">
          <SendTo segment={found.data} />
          <Remove segment={found.data} />
        </Group>
      }
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <Form key={found.data.updated_at} segment={found.data} />
            <Overlap segment={found.data} />
            <Why segment={found.data} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Members segment={found.data} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Form({ segment }: { segment: Segment | null }) {
  const { t } = useTranslation(['segments', 'app']);
  const may = useMay('marketer');
  const navigate = useNavigate();
  const client = useQueryClient();
  const [name, setName] = useState(segment?.name ?? '');
  const [description, setDescription] = useState(segment?.description ?? '');
  const [condition, setCondition] = useState<Condition>(segment?.condition ?? BLANK);
  const [persona, setPersona] = useState(segment?.persona ?? false);
  const [tracked, setTracked] = useState(segment?.tracked ?? false);
  const body = { name: name.trim(), description, condition, persona, tracked };
  const saving = useMutation({
    mutationFn: () =>
      segment
        ? take(api.PATCH('/segments/{segment_id}', { params: { path: { segment_id: segment.id } }, body }))
        : take(api.POST('/segments', { body })),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('segment') });
      notifications.show({ message: t('segments:saved', { name: saved.name }) });
      if (!segment) navigate(`/segments/${saved.id}`);
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }

  return (
    <form onSubmit={submit} style={{ maxWidth: 640 }}>
      <Fields disabled={!may}>
        <TextInput
          label={t('segments:name')}
          required
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t('segments:description')}
          autosize
          minRows={2}
          maxLength={2000}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <ConditionField label={t('segments:condition')} value={condition} onChange={setCondition} />
        <Checkbox
          label={t('segments:tracked')}
          description={t('segments:trackedHelp')}
          checked={tracked}
          onChange={(event) => setTracked(event.currentTarget.checked)}
        />
        <Checkbox
          label={t('segments:persona')}
          description={t('segments:personaHelp')}
          checked={persona}
          onChange={(event) => setPersona(event.currentTarget.checked)}
        />
        {saving.error && <Problem error={saving.error} />}
        {may && (
          <Group justify="flex-end">
            <Button type="submit" loading={saving.isPending} disabled={name.trim() === ''}>
              {t('app:save')}
            </Button>
          </Group>
        )}
      </Fields>
    </form>
  );
}

/** Begins a broadcast to the segment. */
function SendTo({ segment }: { segment: Segment }) {
  const { t } = useTranslation('broadcasts');
  const may = useMay('marketer');
  const making = useNewBroadcast();
  if (!may) return null;
  return (
    <Button leftSection={<IconSend size={16} />} loading={making.isPending} onClick={() => making.mutate(segment)}>
      {t('toSegment')}
    </Button>
  );
}

function Remove({ segment }: { segment: Segment }) {
  const { t } = useTranslation(['segments', 'app']);
  const may = useMay('marketer');
  const navigate = useNavigate();
  const client = useQueryClient();
  const [opened, modal] = useDisclosure();
  const removing = useMutation({
    mutationFn: () => take(api.DELETE('/segments/{segment_id}', { params: { path: { segment_id: segment.id } } })),
    onSuccess: async () => {
      navigate('/segments');
      await client.invalidateQueries({ queryKey: ['segments'] });
    },
  });
  if (!may) return null;
  return (
    <>
      <Button variant="default" c="var(--mantine-color-red-light-color)" onClick={modal.open}>
        {t('app:delete')}
      </Button>
      <Modal opened={opened} onClose={modal.close} title={t('segments:deleteTitle', { name: segment.name })}>
        <Stack>
          <Text size="sm">{t('segments:deleteHelp')}</Text>
          {removing.error && <Problem error={removing.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={modal.close}>
              {t('app:cancel')}
            </Button>
            <Button color="red" loading={removing.isPending} onClick={() => removing.mutate()}>
              {t('app:delete')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

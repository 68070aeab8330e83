import { Button, Grid, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSend, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { type Broadcast, broadcasts, deleteBroadcast } from '@/api/broadcasts';
import { useMay } from '@/api/me';
import type { Campaign } from '@/api/types';
import { Reviewed } from '@/builder/dialogs/publish/Reviewed';
import { emptyFlow } from '@/builder/graph/model';
import { createEditor, EditorContext } from '@/builder/store';
import { useFormat } from '@/lib/useFormat';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { StatusBadge } from '@/ui/StatusBadge';
import { tell } from '@/ui/tell';
import { AudienceFields } from './AudienceFields';
import { Confirm } from './Confirm';
import { MessageFields } from './MessageFields';
import { Part } from './Part';
import { TimingFields } from './TimingFields';
import { useDraft } from './useDraft';

/** The fields of a message ask the drawing which coupons it gives; a broadcast gives none. */
const NO_DRAWING = createEditor({ slug: '', revision: 1 } as Campaign, emptyFlow(), true);

export function Edit({ broadcast }: { broadcast: Broadcast }) {
  const { t } = useTranslation('broadcasts');
  const draft = useDraft(broadcast);
  return (
    <EditorContext.Provider value={NO_DRAWING}>
      <Page
        title={draft.name || broadcast.name}
        actions={
          <Group gap="xs">
            <Text size="sm" c="dimmed" role="status" data-testid="saving" data-saved={draft.isSaved}>
              {t(draft.isSaved ? 'saved' : 'saving')}
            </Text>
            <StatusBadge status={broadcast.status} />
            <Remove broadcast={broadcast} />
          </Group>
        }
      >
        {draft.error && <Problem error={draft.error} retry={draft.retry} />}
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Stack>
              <TextInput
                label={t('name')}
                required
                maxLength={120}
                value={draft.name}
                onChange={(event) => draft.rename(event.currentTarget.value)}
              />
              <AudienceFields broadcast={broadcast} said={draft.said} change={draft.change} />
              <MessageFields said={draft.said} change={draft.change} />
              <TimingFields said={draft.said} change={draft.change} />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Decide broadcast={broadcast} draft={draft} />
          </Grid.Col>
        </Grid>
      </Page>
    </EditorContext.Provider>
  );
}

/** What sending it would come to, and the one decisive button. */
function Decide({ broadcast, draft }: { broadcast: Broadcast; draft: ReturnType<typeof useDraft> }) {
  const { t } = useTranslation('broadcasts');
  const { number } = useFormat();
  const may = useMay('operator');
  const [asked, ask] = useDisclosure();
  const whole = draft.missing.length === 0;
  const review = useQuery({ ...broadcasts.review(broadcast.id, draft.revision), enabled: draft.isSaved && whole });
  const audience = review.data?.audience ?? null;
  const label = draft.said.timing?.kind === 'now' ? 'send' : 'schedule';
  return (
    <Part title={t('review')}>
      {!whole && draft.isSaved && (
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {draft.missing.map((lack) => (
            <li key={lack}>
              <Text size="sm">{t(`missing.${lack as 'audience'}`)}</Text>
            </li>
          ))}
        </ul>
      )}
      {whole && <Reviewed query={review} marketing={draft.said.category !== 'transactional'} />}
      {may ? (
        <Button
          leftSection={<IconSend size={16} />}
          disabled={!whole || !draft.isSaved || !audience}
          onClick={ask.open}
          data-testid="decide"
        >
          {audience ? t(label, { number: number(audience) }) : t('sendTo')}
        </Button>
      ) : (
        <Text size="sm" c="dimmed">
          {t('mayNot')}
        </Text>
      )}
      {whole && audience === 0 && <Text size="sm">{t('nobody')}</Text>}
      <Confirm
        opened={asked}
        close={ask.close}
        broadcast={broadcast}
        said={draft.said}
        revision={draft.revision}
        audience={audience ?? 0}
        unreachable={review.data?.checked === audience ? (review.data?.unreachable ?? 0) : 0}
      />
    </Part>
  );
}

function Remove({ broadcast }: { broadcast: Broadcast }) {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  const client = useQueryClient();
  const removing = useMutation({
    mutationFn: () => deleteBroadcast(broadcast.id),
    onSuccess: async () => {
      navigate('/broadcasts');
      await client.invalidateQueries({ queryKey: ['broadcasts', 'list'] });
    },
    onError: tell,
  });
  return (
    <Button
      variant="default"
      leftSection={<IconTrash size={16} />}
      loading={removing.isPending}
      onClick={() => removing.mutate()}
    >
      {t('delete')}
    </Button>
  );
}

import { Alert, Anchor, Button, Group, Menu, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconChartBar, IconCopy, IconDotsVertical, IconMailForward } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { type Broadcast, copyBroadcast } from '@/api/broadcasts';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import { usePages } from '@/api/usePages';
import { useFormat } from '@/lib/useFormat';
import { share } from '@/pages/home/change';
import { MessageRows } from '@/pages/messages/MessageRows';
import { Series } from '@/pages/monitor/OverTime';
import { Figure } from '@/ui/Figure';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Revenue } from '@/ui/Revenue';
import { StatusBadge } from '@/ui/StatusBadge';
import { tell } from '@/ui/tell';
import { Part } from './Part';
import { Resend } from './Resend';
import { useCancel } from './useCancel';

/** What became of a broadcast: it can't be changed any more. */
export function Sent({ broadcast }: { broadcast: Broadcast }) {
  const { t } = useTranslation('broadcasts');
  return (
    <Page
      title={broadcast.name}
      actions={
        <Group gap="xs">
          <StatusBadge status={broadcast.status} />
          <Actions broadcast={broadcast} />
        </Group>
      }
    >
      <Stack>
        <State broadcast={broadcast} />
        <Figures broadcast={broadcast} />
        {broadcast.confirmed_at && (
          <>
            <Part title={t('overTime')}>
              <Series slug={broadcast.slug} run={broadcast.run_id} node={null} />
            </Part>
            <Part title={t('recipients')}>
              <Recipients slug={broadcast.slug} />
            </Part>
          </>
        )}
      </Stack>
    </Page>
  );
}

/** Where it stands, and the way back as long as there is one. */
function State({ broadcast }: { broadcast: Broadcast }) {
  const { t } = useTranslation('broadcasts');
  const { moment } = useFormat();
  const may = useMay('operator');
  const cancelling = useCancel(broadcast);
  const { kind, percent, at } = broadcast.status;
  if (kind !== 'scheduled' && kind !== 'sending' && !broadcast.can_undo) return null;
  return (
    <Alert color={kind === 'scheduled' ? 'blue' : 'teal'} role="status" data-testid="state">
      <Group justify="space-between">
        <Stack gap={4} flex={1}>
          <Text size="sm">
            {kind === 'scheduled' && at
              ? t('state.scheduled', { at: moment(at) })
              : t('state.sending', { percent: percent ?? 0 })}
          </Text>
          {kind === 'sending' && (
            <Progress value={percent ?? 0} aria-label={t('state.sending', { percent: percent ?? 0 })} />
          )}
        </Stack>
        {broadcast.can_undo && may && (
          <Button
            variant="default"
            leftSection={<IconArrowBackUp size={16} />}
            loading={cancelling.isPending}
            onClick={() => cancelling.mutate()}
          >
            {t('undo')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

function Figures({ broadcast }: { broadcast: Broadcast }) {
  const { t } = useTranslation(['broadcasts', 'home']);
  const { number, percent } = useFormat();
  const rate = (value: number | null) => (value === null ? '–' : percent(value));
  const { audience, sent, opened, open_trackable, clicked, click_trackable, conversions, revenue } = broadcast;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
      <Figure
        label={t('broadcasts:audience.title')}
        value={audience === null ? '–' : number(audience)}
        note={broadcast.segment}
      />
      <Figure label={t('home:sent')} value={number(sent)} />
      <Figure label={t('home:openRate')} value={rate(share(opened, open_trackable))} note={number(opened)} />
      <Figure label={t('home:clickRate')} value={rate(share(clicked, click_trackable))} note={number(clicked)} />
      <Figure label={t('home:conversions')} value={number(conversions)} />
      <Figure label={t('home:revenue')} value={<Revenue amounts={revenue} />} />
    </SimpleGrid>
  );
}

function Recipients({ slug }: { slug: string }) {
  const { t } = useTranslation('broadcasts');
  const pages = usePages(
    ['messages', 'of', slug],
    (page) => take(api.GET('/messages', { params: { query: { ...page, campaign: slug } } })),
    { every: 5_000 },
  );
  return (
    <Listing
      pages={pages}
      empty={
        <Text size="sm" c="dimmed">
          {t('noRecipients')}
        </Text>
      }
    >
      <MessageRows messages={pages.items} everything={pages.everything} />
      <Anchor component={Link} to={`/messages?campaign=${slug}`} size="sm">
        {t('allMessages')}
      </Anchor>
    </Listing>
  );
}

function Actions({ broadcast }: { broadcast: Broadcast }) {
  const { t } = useTranslation('broadcasts');
  const may = useMay('marketer');
  const navigate = useNavigate();
  const [again, setAgain] = useState(false);
  const copying = useMutation({
    mutationFn: () => copyBroadcast(broadcast.id, t('copyOf', { name: broadcast.name }).slice(0, 120)),
    onSuccess: ({ id }) => navigate(`/broadcasts/${id}`),
    onError: tell,
  });
  if (!may) return null;
  return (
    <>
      <Button
        component={Link}
        to={`/campaigns/${broadcast.slug}/monitor`}
        variant="default"
        leftSection={<IconChartBar size={16} />}
      >
        {t('report')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px="xs" aria-label={t('more')}>
            <IconDotsVertical size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => copying.mutate()}>
            {t('copy')}
          </Menu.Item>
          {broadcast.confirmed_at && (
            <Menu.Item leftSection={<IconMailForward size={16} />} onClick={() => setAgain(true)}>
              {t('resend.do')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Resend broadcast={broadcast} opened={again} close={() => setAgain(false)} />
    </>
  );
}

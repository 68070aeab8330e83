import { Anchor, Button, Group, Paper, Stack, Text, ThemeIcon } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBrain,
  IconCircleCheck,
  IconFileAlert,
  IconFlask,
  IconMailX,
  IconPlayerPause,
  IconReportMedical,
  IconRouteOff,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Attention as Found, home } from '@/api/home';
import { useMay } from '@/api/me';
import { useStatus } from '@/api/status';
import { useTroubleWords } from '@/app/useTroubleWords';
import { useSay } from '@/lib/sentences';
import { useIntelligenceWords } from '@/pages/models/words';
import { Placeholder } from '@/ui/Placeholder';
import { Problem } from '@/ui/Problem';
import { Part } from './Part';

type Item = {
  key: string;
  icon: ComponentType<{ size?: number }>;
  colour: 'red' | 'orange' | 'yellow';
  title: string;
  help?: string;
  /** Where more is to be found; nowhere for whom the page is refused. */
  to?: string;
};

const FEW = 6;

/** What somebody should look at, the gravest first. */
export function Attention() {
  const { t } = useTranslation('home');
  const found = useQuery(home.attention());
  const troubles = useTroubleItems();
  const others = useItems(found.data);
  const [all, setAll] = useState(false);
  const items = [...troubles, ...others];
  return (
    <Part title={t('attention.title')} help={t('attention.help')}>
      {found.isPending && <Placeholder rows={4} />}
      {found.error && <Problem error={found.error} retry={found.refetch} />}
      {found.data && items.length === 0 && <Well />}
      <Stack gap="xs">
        {(all ? items : items.slice(0, FEW)).map((item) => (
          <Row key={item.key} item={item} />
        ))}
      </Stack>
      {!all && items.length > FEW && (
        <Button variant="subtle" w="fit-content" onClick={() => setAll(true)}>
          {t('attention.more', { count: items.length })}
        </Button>
      )}
    </Part>
  );
}

function Well() {
  const { t } = useTranslation('home');
  return (
    <Paper withBorder p="md">
      <Group wrap="nowrap">
        <ThemeIcon color="teal" variant="light" radius="xl" size="lg">
          <IconCircleCheck size={20} />
        </ThemeIcon>
        <div>
          <Text fw={600}>{t('attention.none')}</Text>
          <Text size="sm" c="dimmed">
            {t('attention.noneHelp')}
          </Text>
        </div>
      </Group>
    </Paper>
  );
}

function Row({ item: { icon: Icon, colour, title, help, to } }: { item: Item }) {
  return (
    <Paper withBorder px="md" py="xs">
      <Group wrap="nowrap">
        <ThemeIcon color={colour} variant="light" radius="xl">
          <Icon size={16} />
        </ThemeIcon>
        <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          {to ? (
            <Anchor component={Link} to={to} fw={600} size="sm">
              {title}
            </Anchor>
          ) : (
            <Text fw={600} size="sm">
              {title}
            </Text>
          )}
          {help && (
            <Text size="sm" c="dimmed">
              {help}
            </Text>
          )}
        </div>
      </Group>
    </Paper>
  );
}

function useTroubleItems(): Item[] {
  const { t } = useTranslation('status');
  const words = useTroubleWords();
  const may = useMay('operator');
  return (useStatus().data?.troubles ?? []).map((trouble) => ({
    key: `${trouble.code} ${trouble.subject}`,
    icon: IconAlertTriangle,
    colour: 'red',
    title: words(trouble),
    help: t(`help.${trouble.code}`),
    to: may ? '/status' : undefined,
  }));
}

function useItems(found: Found | undefined): Item[] {
  const { t } = useTranslation('home');
  const may = useMay('operator');
  const trainings = useTrainings(found);
  if (!found) return [];
  const { rejected, noted } = found.dropped;
  const counts = [
    rejected > 0 ? t('attention.rejected', { count: rejected }) : '',
    noted > 0 ? t('attention.noted', { count: noted }) : '',
  ];
  return [
    ...found.failed_journeys.map(({ slug, name, count }) => ({
      key: `journeys ${slug}`,
      icon: IconRouteOff,
      colour: 'red' as const,
      title: t('attention.failedJourneys', { name }),
      help: t('attention.failedJourneysHelp', { count }),
      to: may ? '/failed-journeys' : `/campaigns/${slug}/monitor`,
    })),
    ...found.endless_journeys.map(({ slug, name, count }) => ({
      key: `endless ${slug}`,
      icon: IconRouteOff,
      colour: 'red' as const,
      title: t('attention.failedJourneys', { name }),
      help: t('attention.endlessHelp', { count }),
      to: `/campaigns/${slug}/monitor`,
    })),
    ...found.failed_messages.map(({ slug, name, count }) => ({
      key: `messages ${slug}`,
      icon: IconMailX,
      colour: 'red' as const,
      title: t('attention.failedMessages', { name }),
      help: t('attention.failedMessagesHelp', { count }),
      to: `/messages?campaign=${slug}&state=failed`,
    })),
    ...found.imports.map(({ id, name, state, refused }) => ({
      key: id,
      icon: IconFileAlert,
      colour: 'orange' as const,
      title: t(state === 'failed' ? 'attention.importFailed' : 'attention.importRejected', { name }),
      help: refused > 0 ? t('attention.importHelp', { count: refused }) : undefined,
      to: `/imports/${id}`,
    })),
    ...(rejected + noted > 0
      ? [
          {
            key: 'dropped',
            icon: IconReportMedical,
            colour: 'orange' as const,
            title: t('attention.dropped'),
            help: counts.filter(Boolean).join(', '),
            to: may ? '/intake-notes' : undefined,
          },
        ]
      : []),
    ...trainings,
    ...found.experiments.map(({ experiment_id: id, name, campaign_name: campaign, kind, arm, at }) => ({
      key: `experiment ${id} ${kind} ${at}`,
      icon: IconFlask,
      colour: kind === 'rolled_back' || kind === 'sample_ratio' ? ('red' as const) : ('yellow' as const),
      title: t(`attention.experiment.title.${kind}`, { name, arm }),
      help: t('attention.experiment.help', { campaign }),
      to: `/experiments/${id}`,
    })),
    ...found.paused.map(({ slug, name, count }) => ({
      key: `paused ${slug}`,
      icon: IconPlayerPause,
      colour: 'yellow' as const,
      title: t('attention.paused', { name }),
      help: count > 0 ? t('attention.pausedHelp', { count }) : undefined,
      to: `/campaigns/${slug}/monitor`,
    })),
  ];
}

function useTrainings(found: Found | undefined): Item[] {
  const { t } = useTranslation('home');
  const words = useIntelligenceWords();
  const say = useSay();
  return (found?.trainings ?? []).map(({ name, why, said }) => ({
    key: `training ${name}`,
    icon: IconBrain,
    colour: 'orange',
    title: t('attention.training', { name: words.score(name) }),
    help: say(why, said),
    to: '/models',
  }));
}

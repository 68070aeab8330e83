import { Anchor, Button, CloseButton, Group, Paper, Progress, SimpleGrid, Text, Title } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Checklist, home } from '@/api/home';
import { useMay } from '@/api/me';
import type { Role } from '@/api/types';

type Step = { key: keyof Checklist; to: string; role: Role; outside?: boolean };

const STEPS: Step[] = [
  { key: 'source', to: '/docs', role: 'viewer', outside: true },
  { key: 'customers', to: '/imports?new', role: 'operator' },
  { key: 'currency', to: '/shop', role: 'operator' },
  { key: 'consent_rule', to: '/contact-policy', role: 'operator' },
  { key: 'consent', to: '/topics', role: 'viewer' },
  { key: 'segment', to: '/segments/new', role: 'marketer' },
  { key: 'sent', to: '/campaigns?new', role: 'marketer' },
];

/** What a new installation needs, ticked by what is there; gone for good in this browser once it is hidden. */
export function Steps() {
  const { t } = useTranslation('home');
  const [hidden, hide] = useLocalStorage({
    key: 'campaign-flow-first-steps',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const found = useQuery({ ...home.checklist(), enabled: !hidden });
  if (hidden || !found.data) return null;
  const steps = found.data;
  const done = STEPS.filter(({ key }) => steps[key]).length;
  return (
    <Paper component="section" aria-label={t('steps.title')} withBorder p="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap="xs" align="baseline">
          <Title order={2} size="h4">
            {t('steps.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {done === STEPS.length ? t('steps.allDone') : t('steps.progress', { done, all: STEPS.length })}
          </Text>
        </Group>
        <CloseButton aria-label={t('steps.dismiss')} onClick={() => hide(true)} />
      </Group>
      <Progress value={(done / STEPS.length) * 100} size="sm" my="sm" color="teal" aria-hidden />
      <SimpleGrid
        cols={{ base: 1, sm: 2, lg: 4 }}
        spacing="md"
        component="ol"
        p={0}
        m={0}
        style={{ listStyle: 'none' }}
      >
        {STEPS.map((step) => (
          <One key={step.key} step={step} done={steps[step.key]} />
        ))}
      </SimpleGrid>
    </Paper>
  );
}

function One({ step: { key, to, role, outside }, done }: { step: Step; done: boolean }) {
  const { t } = useTranslation('home');
  const may = useMay(role);
  const Mark = done ? IconCircleCheckFilled : IconCircle;
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="xs">
      <Mark
        size={20}
        role="img"
        aria-label={t(done ? 'steps.done' : 'steps.open')}
        color={done ? 'var(--mantine-color-teal-6)' : 'var(--mantine-color-dimmed)'}
        style={{ flexShrink: 0 }}
      />
      <div>
        <Text size="sm" fw={600} c={done ? 'dimmed' : undefined}>
          {t(`steps.${key}`)}
        </Text>
        {!done && (
          <Text size="sm" c="dimmed">
            {t(`steps.${key}Help`)}
          </Text>
        )}
        {!done && may && !outside && (
          <Button component={Link} to={to} size="compact-sm" variant="light" mt={6}>
            {t(`steps.${key}Do`)}
          </Button>
        )}
        {!done && outside && (
          <Anchor href={to} target="_blank" size="sm">
            {t(`steps.${key}Do`)}
          </Anchor>
        )}
      </div>
    </Group>
  );
}

import { List, Paper, Stack, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '@/api/types';
import { Said } from '@/builder/conditions/ConditionField';
import type { Promotion } from './model';
import { sayPromotion } from './say';
import { useWritten } from './useWritten';

/** A promotion said back, a sentence a rule. */
export function InWords({ promotion }: { promotion: Promotion }) {
  const { t } = useTranslation(['promotions', 'app']);
  const written = useWritten();
  const audience = promotion.audience as Condition | null | undefined;
  return (
    <Paper withBorder p="md" component="section" aria-label={t('promotions:inWords')}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('promotions:inWords')}
        </Title>
        <List spacing="xs" size="sm" listStyleType="none" data-testid="promotion-words" icon={<Mark />}>
          {sayPromotion(promotion, t, written).map(({ key, text }) => (
            <List.Item key={key}>{text}</List.Item>
          ))}
        </List>
        {audience && <Said value={audience} inJourney={false} />}
      </Stack>
    </Paper>
  );
}

const Mark = () => (
  <ThemeIcon size={20} radius="xl" variant="light" color="teal">
    <IconCheck size={13} aria-hidden />
  </ThemeIcon>
);

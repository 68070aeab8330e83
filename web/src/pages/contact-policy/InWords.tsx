import { Badge, List, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconBan, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Policy } from '@/contact/policy';
import { sayPolicy } from '@/contact/say';
import { useFormat } from '@/lib/useFormat';

type Props = { policy: Policy; title?: string; unsaved?: boolean };

/** The limits said back: what will happen to a customer, a sentence each. */
export function InWords({ policy, title, unsaved }: Props) {
  const { t } = useTranslation(['contacting', 'kinds', 'app']);
  const { number } = useFormat();
  return (
    <Paper withBorder p="md" component="section" aria-label={title ?? t('contacting:words.title')}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {title ?? t('contacting:words.title')}
        </Title>
        {unsaved && (
          <Badge color="yellow" variant="light" tt="none">
            {t('contacting:policy.unsaved')}
          </Badge>
        )}
        <List
          spacing="xs"
          size="sm"
          listStyleType="none"
          styles={{ root: { paddingInlineStart: 0 }, itemWrapper: { alignItems: 'flex-start' } }}
          data-testid="in-words"
        >
          {sayPolicy(policy, t, number).map((line) => (
            <List.Item
              key={line.key}
              icon={
                <ThemeIcon size={20} radius="xl" variant="light" color={line.shuts ? 'red' : 'teal'}>
                  {line.shuts ? <IconBan size={13} /> : <IconCheck size={13} />}
                </ThemeIcon>
              }
            >
              {line.text}
            </List.Item>
          ))}
        </List>
        <Text size="xs" c="dimmed">
          {t('contacting:words.counts')}
        </Text>
      </Stack>
    </Paper>
  );
}

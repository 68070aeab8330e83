import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/api/me';
import { analyse, changeTheme, type Survey } from '@/api/surveys';
import type { Schemas } from '@/api/types';
import { Problem } from '@/ui/Problem';
import { tell } from '@/ui/tell';

type Theme = Schemas['ThemeView'];

/** What open answers are about: how many, how they feel, and three of them. */
export function Themes({ survey, themes }: { survey: Survey; themes: Theme[] }) {
  const { t } = useTranslation('surveys');
  const client = useQueryClient();
  const may = useMay('marketer');
  const reading = useMutation({
    mutationFn: () => analyse(survey.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['surveys', survey.id] }),
  });
  return (
    <Stack>
      {may && (
        <Button w="fit-content" variant="default" loading={reading.isPending} onClick={() => reading.mutate()}>
          {t('read')}
        </Button>
      )}
      {reading.error && <Problem error={reading.error} />}
      {themes.length === 0 && <Text c="dimmed">{t('noThemes')}</Text>}
      {themes.map((theme) => (
        <One key={theme.id} survey={survey} theme={theme} />
      ))}
    </Stack>
  );
}

function One({ survey, theme }: { survey: Survey; theme: Theme }) {
  const { t } = useTranslation('surveys');
  const may = useMay('marketer');
  return (
    <Card withBorder>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {theme.name}
        </Title>
        <Text size="sm">
          {t('answers', { count: theme.answers })} · {t('felt', { good: theme.positive, bad: theme.negative })} ·{' '}
          {t('trend', { lately: theme.lately, before: theme.before })}
        </Text>
      </Group>
      {theme.quotations.map((words) => (
        <Text key={words} size="sm" component="blockquote" my={4} ml="sm">
          “{words}”
        </Text>
      ))}
      {may && <Rename survey={survey} theme={theme} />}
    </Card>
  );
}

function Rename({ survey, theme }: { survey: Survey; theme: Theme }) {
  const { t } = useTranslation('surveys');
  const client = useQueryClient();
  const [name, setName] = useState(theme.name);
  const renaming = useMutation({
    mutationFn: () => changeTheme(survey.id, theme.id, { name: name.trim() }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['surveys', survey.id] }),
    onError: tell,
  });
  return (
    <Group align="flex-end" gap="xs" mt="xs">
      <TextInput
        size="xs"
        label={t('themeName')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button
        size="xs"
        variant="default"
        loading={renaming.isPending}
        disabled={!name.trim() || name.trim() === theme.name}
        onClick={() => renaming.mutate()}
      >
        {t('rename')}
      </Button>
    </Group>
  );
}

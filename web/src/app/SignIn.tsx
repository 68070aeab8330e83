import { Button, Center, Checkbox, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn } from '@/api/session';
import { Logo } from '@/ui/Logo';

export function SignIn({ refused = false }: { refused?: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [key, setKey] = useState('');
  const [remember, setRemember] = useState(false);

  function submit(event: FormEvent) {
    event.preventDefault();
    client.clear();
    signIn(key.trim(), remember);
  }

  return (
    <Center component="main" mih="100vh" p="md">
      <Paper component="form" onSubmit={submit} withBorder p="xl" w="100%" maw={420} shadow="sm">
        <Stack>
          <Logo />
          <Title order={1} size="h3">
            {t('signIn.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('signIn.help')}
          </Text>
          <PasswordInput
            label={t('signIn.key')}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={refused && !key ? t('signIn.refused') : undefined}
            autoFocus
            autoComplete="current-password"
          />
          <Checkbox
            label={t('signIn.remember')}
            checked={remember}
            onChange={(event) => setRemember(event.currentTarget.checked)}
          />
          <Button type="submit" disabled={key.trim() === ''}>
            {t('signIn.submit')}
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}

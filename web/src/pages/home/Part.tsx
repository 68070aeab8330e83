import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = { title: string; help?: string; action?: ReactNode; children: ReactNode };

/** A part of the page under its own title. */
export function Part({ title, help, action, children }: Props) {
  return (
    <Stack component="section" aria-label={title} gap="sm">
      <Group justify="space-between" align="baseline" gap="xs">
        <Group align="baseline" gap="xs">
          <Title order={2} size="h4">
            {title}
          </Title>
          {help && (
            <Text size="sm" c="dimmed">
              {help}
            </Text>
          )}
        </Group>
        {action}
      </Group>
      {children}
    </Stack>
  );
}

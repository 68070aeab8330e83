import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';

type Props = {
  icon: ComponentType<{ size?: number; stroke?: number }>;
  title: string;
  help?: string;
  /** Whether it is the whole page, and not part of one that has a title. */
  alone?: boolean;
  children?: ReactNode;
};

/** What a page says when it has nothing to show. */
export function Empty({ icon: Icon, title, help, alone = false, children }: Props) {
  return (
    <Stack align="center" gap="sm" py={64} px="md" ta="center">
      <ThemeIcon size={64} radius="xl" variant="light" color="gray">
        <Icon size={32} stroke={1.4} />
      </ThemeIcon>
      <Title order={alone ? 1 : 2} size="h4">
        {title}
      </Title>
      {help && <Text c="dimmed">{help}</Text>}
      {children}
    </Stack>
  );
}

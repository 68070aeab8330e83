import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';

type Props = {
  icon: ComponentType<{ size?: number; stroke?: number }>;
  title: string;
  help?: string;
  /** Whether it is the whole page, and not part of one that has a title. */
  alone?: boolean;
  /** Whether it stands beside other parts of a page. */
  small?: boolean;
  children?: ReactNode;
};

/** What a page says when it has nothing to show. */
export function Empty({ icon: Icon, title, help, alone = false, small = false, children }: Props) {
  return (
    <Stack align="center" gap="sm" py={small ? 24 : 64} px="md" ta="center">
      <ThemeIcon size={small ? 44 : 64} radius="xl" variant="light" color="gray">
        <Icon size={small ? 22 : 32} stroke={1.4} />
      </ThemeIcon>
      <Title order={alone ? 1 : small ? 3 : 2} size="h4">
        {title}
      </Title>
      {help && <Text c="dimmed">{help}</Text>}
      {children}
    </Stack>
  );
}

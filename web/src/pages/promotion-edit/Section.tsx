import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Promotion } from '@/promotions/model';

export type PartProps = { promotion: Promotion; put: (part: Partial<Promotion>) => void };

/** A part of the form under its own title. */
export function Section({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {help && (
        <Text size="sm" c="dimmed">
          {help}
        </Text>
      )}
      <Stack mt="sm">{children}</Stack>
    </Paper>
  );
}

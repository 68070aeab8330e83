import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = { label: string; value: ReactNode; note?: ReactNode };

/** One number that matters, with what it means. */
export function Figure({ label, value, note }: Props) {
  return (
    <Paper withBorder px="md" py="xs">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text component={typeof value === 'string' ? 'p' : 'div'} fz="xl" fw={650} lh={1.2} className="figures">
        {value}
      </Text>
      {note && (
        <Text size="xs" c="dimmed" className="figures">
          {note}
        </Text>
      )}
    </Paper>
  );
}

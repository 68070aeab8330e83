import { Text } from '@mantine/core';

/** A figure of a table, its interval underneath: side by side they are too wide for a telephone. */
export function Estimated({ value, range }: { value: string; range?: string }) {
  return (
    <>
      {value}
      {range && (
        <Text size="xs" c="dimmed">
          {range}
        </Text>
      )}
    </>
  );
}

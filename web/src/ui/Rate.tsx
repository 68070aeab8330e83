import { Text } from '@mantine/core';
import { useFormat } from '@/lib/useFormat';

/** So many, and what share of a whole that is, with how sure that share is. */
export function Rate({ part, of }: { part: number; of: number }) {
  const format = useFormat();
  return (
    <>
      {format.number(part)}
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {format.rate(part, of)}
      </Text>
    </>
  );
}

import { Text } from '@mantine/core';
import { useFormat } from '@/lib/useFormat';
import { Share } from './Share';

/** So many, and what share of a whole that is. */
export function Rate({ part, of }: { part: number; of: number }) {
  const format = useFormat();
  return (
    <>
      {format.number(part)}
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        <Share part={part} of={of} />
      </Text>
    </>
  );
}

import { Box } from '@mantine/core';
import { Placeholder } from './Placeholder';

/** Stands for what is being loaded: its shape, grey, so that nothing jumps when it comes. */
export function Loading() {
  return (
    <Box p="md" w="100%" maw="var(--page-width)" mx="auto">
      <Placeholder rows={4} />
    </Box>
  );
}

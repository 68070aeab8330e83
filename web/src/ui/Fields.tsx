import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';

/** A form's fields, one under the other; all closed at once for who may only look. */
export function Fields({ disabled, children }: { disabled: boolean; children: ReactNode }) {
  return (
    <fieldset disabled={disabled} style={{ border: 0, padding: 0, margin: 0, minInlineSize: 0 }}>
      <Stack>{children}</Stack>
    </fieldset>
  );
}

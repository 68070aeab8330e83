import { Stack, Switch } from '@mantine/core';
import type { ReactNode } from 'react';

type Props<Value> = {
  label: string;
  description?: string;
  value: Value | null | undefined;
  /** What it is when it is switched on. */
  initial: Value;
  disabled?: boolean;
  onChange: (value: Value | null) => void;
  children: (value: Value) => ReactNode;
};

/** A limit that holds or does not, with its fields while it holds. */
export function Optional<Value>({ label, description, value, initial, disabled, onChange, children }: Props<Value>) {
  const on = value !== null && value !== undefined;
  return (
    <Stack gap="xs">
      <Switch
        label={label}
        description={description}
        checked={on}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked ? initial : null)}
      />
      {on && (
        <Stack gap="xs" pl={52}>
          {children(value)}
        </Stack>
      )}
    </Stack>
  );
}

import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ActionProps } from 'react-querybuilder';

export function AddAction({ label, handleOnClick }: ActionProps) {
  return (
    <Button size="xs" variant="light" leftSection={<IconPlus size={14} />} onClick={(event) => handleOnClick(event)}>
      {label}
    </Button>
  );
}

export function RemoveAction({ title, handleOnClick }: ActionProps) {
  return (
    <ActionIcon variant="subtle" color="red" ms="auto" aria-label={title} onClick={(event) => handleOnClick(event)}>
      <IconTrash size={16} />
    </ActionIcon>
  );
}

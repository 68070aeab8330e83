import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ActionProps } from 'react-querybuilder';
import type { EditorContext } from './ConditionEditor';

export function AddAction({ label, handleOnClick }: ActionProps) {
  return (
    <Button size="xs" variant="light" leftSection={<IconPlus size={14} />} onClick={(event) => handleOnClick(event)}>
      {label}
    </Button>
  );
}

/** Adds a condition, which begins by asking what it is about. */
export function AddRule(props: ActionProps) {
  const { fresh } = props.context as EditorContext;
  return (
    <AddAction
      {...props}
      handleOnClick={(event) => {
        fresh.current = true;
        props.handleOnClick(event);
      }}
    />
  );
}

export function RemoveAction({ title, handleOnClick }: ActionProps) {
  return (
    <ActionIcon variant="subtle" color="red" ms="auto" aria-label={title} onClick={(event) => handleOnClick(event)}>
      <IconTrash size={16} />
    </ActionIcon>
  );
}

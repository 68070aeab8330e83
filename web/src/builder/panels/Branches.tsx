import { ActionIcon, Button, Group, Paper, Stack, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCopy, IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { marked } from '../fields/marked';

type Item = { id: string; label: string };
type Props<T extends Item> = {
  items: T[];
  min: number;
  onChange: (items: T[]) => void;
  make: (id: string, number: number) => T;
  render: (item: T, change: (part: Partial<T>) => void) => ReactNode;
};

/** Ordered ways out of a node: name, move, remove, add. */
export function Branches<T extends Item>({ items, min, onChange, make, render }: Props<T>) {
  const { t } = useTranslation('builder');
  const put = (index: number, item: T) => onChange(items.map((each, at) => (at === index ? item : each)));
  const move = (from: number, to: number) => {
    const next = items.filter((_, at) => at !== from);
    next.splice(to, 0, items[from] as T);
    onChange(next);
  };
  return (
    <Stack gap="sm">
      {items.map((item, index) => (
        <Paper key={item.id} withBorder p="sm" component="fieldset" m={0} aria-label={item.label || item.id}>
          <Group gap={4} wrap="nowrap" mb="xs" align="flex-end">
            <TextInput
              {...marked}
              size="xs"
              flex={1}
              label={t('branches.name')}
              value={item.label}
              onChange={(event) => put(index, { ...item, label: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={index === 0}
              aria-label={t('branches.up')}
              onClick={() => move(index, index - 1)}
            >
              <IconArrowUp size={15} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={index === items.length - 1}
              aria-label={t('branches.down')}
              onClick={() => move(index, index + 1)}
            >
              <IconArrowDown size={15} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={items.length >= 20}
              aria-label={t('branches.copy')}
              onClick={() => onChange(items.toSpliced(index + 1, 0, { ...item, id: freeId(items) }))}
            >
              <IconCopy size={15} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="red"
              disabled={items.length <= min}
              aria-label={t('branches.remove')}
              onClick={() => onChange(items.filter((_, at) => at !== index))}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Group>
          {render(item, (part) => put(index, { ...item, ...part }))}
        </Paper>
      ))}
      <Button
        variant="light"
        size="xs"
        w="fit-content"
        leftSection={<IconPlus size={14} />}
        disabled={items.length >= 20}
        onClick={() => onChange([...items, make(freeId(items), items.length + 1)])}
      >
        {t('branches.add')}
      </Button>
    </Stack>
  );
}

function freeId(items: Item[]): string {
  let number = items.length + 1;
  while (items.some((item) => item.id === `b${number}`)) number += 1;
  return `b${number}`;
}

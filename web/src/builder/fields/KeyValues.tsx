import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

type Row = [string, string];
type Props = {
  label: string;
  description?: string;
  nameLabel: string;
  valueLabel: string;
  value: Record<string, string>;
  onChange: (value: Record<string, string>) => void;
};

/** Names with values. A row without a name is kept here until it has one. */
export function KeyValues({ label, description, nameLabel, valueLabel, value, onChange }: Props) {
  const { t } = useTranslation('builder');
  const [rows, setRows] = useState<Row[]>(() => Object.entries(value));
  const put = (next: Row[]) => {
    setRows(next);
    onChange(Object.fromEntries(next.filter(([name]) => name.trim() !== '')));
  };
  const change = (index: number, row: Row) => put(rows.map((each, at) => (at === index ? row : each)));
  return (
    <Input.Wrapper label={label} description={description} labelElement="div">
      <Stack gap={6} mt={4}>
        {rows.map(([name, text], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and none is moved
          <Group key={index} gap={6} wrap="nowrap">
            <TextInput
              size="xs"
              aria-label={nameLabel}
              placeholder={nameLabel}
              value={name}
              onChange={(event) => change(index, [event.currentTarget.value, text])}
            />
            <TextInput
              size="xs"
              flex={1}
              aria-label={valueLabel}
              placeholder={valueLabel}
              value={text}
              onChange={(event) => change(index, [name, event.currentTarget.value])}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('removeRow')}
              onClick={() => put(rows.filter((_, at) => at !== index))}
            >
              <IconX size={14} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          size="compact-xs"
          variant="subtle"
          w="fit-content"
          leftSection={<IconPlus size={12} />}
          onClick={() => setRows([...rows, ['', '']])}
        >
          {t('addRow')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

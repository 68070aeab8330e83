import { ActionIcon, Button, Group, Paper, Stack, Switch, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';
import { EventFields } from '../fields/EventFields';

type Exit = Schemas['ExitEvent'];

/** Events that end a journey wherever it is. */
export function ExitFields({ value, onChange }: { value: Exit[]; onChange: (value: Exit[]) => void }) {
  const { t } = useTranslation('builder');
  const put = (index: number, exit: Exit) => onChange(value.map((each, at) => (at === index ? exit : each)));
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('settings.exitsHelp')}
      </Text>
      {value.map((exit, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and none is moved
        <Paper key={index} withBorder p="xs">
          <Group wrap="nowrap" align="flex-start">
            <Stack gap={6} flex={1}>
              <EventFields
                label={t('settings.exitEvent')}
                value={exit.on}
                onChange={(on) => put(index, { ...exit, on })}
              />
              <Switch
                size="xs"
                label={t('settings.sameKey')}
                checked={exit.match_entry_key}
                onChange={(event) => put(index, { ...exit, match_entry_key: event.currentTarget.checked })}
              />
            </Stack>
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={t('settings.removeExit')}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Group>
        </Paper>
      ))}
      <Button
        size="xs"
        variant="light"
        w="fit-content"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...value, { on: { event: 'Unsubscribed', where: [] }, match_entry_key: false }])}
      >
        {t('settings.addExit')}
      </Button>
    </Stack>
  );
}

import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useEditor, useFlow } from './store';
import { useAddAll } from './useAddAll';

/** On an empty canvas: how to begin. */
export function FirstStep() {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const addAll = useAddAll();
  const readOnly = useEditor((editor) => editor.readOnly);
  const empty = useFlow().nodes.length === 0;
  if (!empty || readOnly) return null;
  return (
    <Paper className="first-step" withBorder shadow="sm" p="lg">
      <Stack align="center" ta="center">
        <Title order={2} size="h4">
          {t('builder:first.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('builder:first.help')}
        </Text>
        <Button
          leftSection={<IconPlus size={16} />}
          onClick={() => addAll([{ type: 'entry', lasts: null }], { at: { x: 0, y: 120 } })}
        >
          {t('builder:first.add')}
        </Button>
      </Stack>
    </Paper>
  );
}

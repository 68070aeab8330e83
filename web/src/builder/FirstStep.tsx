import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { add } from './actions';
import { useEditor, useEditorStore, useFlow } from './store';

/** On an empty canvas: how to begin. */
export function FirstStep() {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const store = useEditorStore();
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
        <Button leftSection={<IconPlus size={16} />} onClick={() => add(store, 'entry', { at: { x: 0, y: 120 } }, t)}>
          {t('builder:first.add')}
        </Button>
      </Stack>
    </Paper>
  );
}

import { ActionIcon, Group, Stack, Title } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditor } from './store';

type Props = { title: string; icon?: ReactNode; actions?: ReactNode; children: ReactNode };

/** The side panel: its title, its buttons, and what it holds. */
export function PanelFrame({ title, icon, actions, children }: Props) {
  const { t } = useTranslation('app');
  const show = useEditor((editor) => editor.show);
  return (
    <Stack p="md" gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm" wrap="nowrap">
          {icon}
          <Title order={2} size="h4">
            {title}
          </Title>
        </Group>
        <Group gap={4} wrap="nowrap">
          {actions}
          <ActionIcon variant="subtle" color="gray" aria-label={t('close')} onClick={() => show(null)}>
            <IconX size={17} />
          </ActionIcon>
        </Group>
      </Group>
      {children}
    </Stack>
  );
}

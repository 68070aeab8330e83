import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useUndoable, useUndoLaunch } from './undo';

type Props = { slug: string; name: string; enabled?: boolean };

/** Takes the last launch back; there as long as no message of it has left. */
export function UndoButton({ slug, name, enabled = true }: Props) {
  const { t } = useTranslation('builder');
  const run = useUndoable(slug, enabled);
  const undoing = useUndoLaunch(slug, name);
  if (!run) return null;
  return (
    <Button
      color="orange"
      variant="light"
      leftSection={<IconArrowBackUp size={16} />}
      loading={undoing.isPending}
      onClick={() => undoing.mutate(run.id)}
    >
      {t('launch.undo')}
    </Button>
  );
}

import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Saving, useEditor } from './store';

const COLOURS: Record<Saving, string> = {
  saved: 'dimmed',
  unsaved: 'dimmed',
  saving: 'dimmed',
  invalid: 'red',
  offline: 'orange',
  conflict: 'red',
};

/** Whether the draft is saved. */
export function SavedMark() {
  const { t } = useTranslation('builder');
  const saving = useEditor((editor) => editor.saving);
  return (
    <Text
      size="sm"
      c={COLOURS[saving]}
      role="status"
      data-testid="saving"
      data-saving={saving}
      style={{ whiteSpace: 'nowrap' }}
    >
      {t(`saving.${saving}`)}
    </Text>
  );
}

import { Checkbox, SegmentedControl, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PartProps } from './WordsFields';

/** When a win is decided, and what happens by itself then. */
export function DecisionFields({ form, put }: PartProps) {
  const { t } = useTranslation('experiments');
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        {t('plan.win.title')}
      </Text>
      <SegmentedControl
        aria-label={t('plan.win.title')}
        value={form.win}
        onChange={(win) => put({ win: win as 'at_end' })}
        data={(['any_look', 'at_end'] as const).map((value) => ({ value, label: t(`plan.win.${value}`) }))}
      />
      <Text size="xs" c="dimmed">
        {t(`form.winHelp.${form.win}`)}
      </Text>
      <Checkbox
        label={t('form.automatic')}
        checked={form.automatic}
        onChange={(event) => put({ automatic: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('form.fold')}
        checked={form.fold}
        onChange={(event) => put({ fold: event.currentTarget.checked })}
      />
    </Stack>
  );
}

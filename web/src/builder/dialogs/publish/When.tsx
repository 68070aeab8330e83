import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FlowSettings, Schemas } from '@/api/types';
import { changeSettings } from '../../actions';
import { ScheduleFields } from '../../settings/ScheduleFields';
import { useEditor, useEditorStore, useFlow } from '../../store';

/** When a campaign with an audience is launched: by hand, at a time, or again and again. Part of what is published. */
export function When({ zones }: { zones?: Schemas['ZoneView'][] }) {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const flow = useFlow();
  const readOnly = useEditor((editor) => editor.readOnly);
  const settings = flow.settings as FlowSettings | undefined;
  const entry = flow.nodes.find((node) => node.type === 'entry');
  if (!settings || readOnly || entry?.data.trigger.kind !== 'segment') return null;
  return (
    <Stack component="section" gap="xs" aria-label={t('when.title')}>
      <Title order={3} size="h5">
        {t('when.title')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('when.help')}
      </Text>
      <ScheduleFields
        value={settings.schedule ?? null}
        zone={settings.timezone}
        zones={zones}
        onChange={(schedule) => changeSettings(store, { schedule })}
      />
    </Stack>
  );
}

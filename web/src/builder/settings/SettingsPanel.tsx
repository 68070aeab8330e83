import { Accordion, Group, NumberInput, Select, Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FlowSettings } from '@/api/types';
import { Optional } from '@/contact/Optional';
import { changeSettings } from '../actions';
import { DurationField } from '../fields/DurationField';
import { EventFields } from '../fields/EventFields';
import { ZoneField } from '../fields/ZoneField';
import { PanelFrame } from '../PanelFrame';
import { useEditor, useEditorStore, useFlow } from '../store';
import { ExitFields } from './ExitFields';
import { LimitsFields } from './LimitsFields';
import { ScheduleFields } from './ScheduleFields';

type Change = (part: Partial<FlowSettings>) => void;
type Props = { settings: FlowSettings; change: Change };

/** What holds for the whole campaign. */
export function SettingsPanel() {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const readOnly = useEditor((editor) => editor.readOnly);
  const settings = useFlow().settings;
  if (!settings) return null;
  const change: Change = (part) => changeSettings(store, part);
  const sections = {
    goal: GoalFields,
    exits: Exits,
    reentry: ReentryFields,
    schedule: Schedules,
    delivery: DeliveryFields,
    limits: LimitsFields,
  };
  return (
    <PanelFrame title={t('settings.title')}>
      <fieldset disabled={readOnly} className="panel-fields">
        <Accordion multiple defaultValue={['goal', 'schedule']} order={3}>
          {Object.entries(sections).map(([name, Fields]) => (
            <Accordion.Item key={name} value={name}>
              <Accordion.Control>{t(`settings.${name as keyof typeof sections}`)}</Accordion.Control>
              <Accordion.Panel>
                <Fields settings={settings} change={change} />
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      </fieldset>
    </PanelFrame>
  );
}

const WEEK = { weeks: 1, days: 0, hours: 0, minutes: 0, seconds: 0 };

function GoalFields({ settings, change }: Props) {
  const { t } = useTranslation('builder');
  const goal = settings.goal;
  return (
    <Stack>
      <Switch
        label={t('settings.hasGoal')}
        description={t('settings.goalHelp')}
        checked={Boolean(goal)}
        onChange={(event) =>
          change({
            goal: event.currentTarget.checked
              ? {
                  on: { event: 'Order Completed', where: [] },
                  window: WEEK,
                  match_entry_key: false,
                  require_coupon: false,
                }
              : null,
          })
        }
      />
      {goal && (
        <>
          <EventFields
            label={t('settings.goalEvent')}
            value={goal.on}
            onChange={(on) => change({ goal: { ...goal, on } })}
          />
          <DurationField
            label={t('settings.goalWindow')}
            value={goal.window}
            onChange={(window) => change({ goal: { ...goal, window } })}
          />
          <Switch
            label={t('settings.sameKey')}
            checked={goal.match_entry_key}
            onChange={(event) => change({ goal: { ...goal, match_entry_key: event.currentTarget.checked } })}
          />
          <Switch
            label={t('settings.withCoupon')}
            checked={goal.require_coupon}
            onChange={(event) => change({ goal: { ...goal, require_coupon: event.currentTarget.checked } })}
          />
        </>
      )}
    </Stack>
  );
}

function Exits({ settings, change }: Props) {
  return <ExitFields value={settings.exit_events ?? []} onChange={(exit_events) => change({ exit_events })} />;
}

function Schedules({ settings, change }: Props) {
  return (
    <ScheduleFields
      value={settings.schedule ?? null}
      zone={settings.timezone}
      onChange={(schedule) => change({ schedule })}
    />
  );
}

const MODES = ['never', 'after_exit', 'always', 'per_key'] as const;

function ReentryFields({ settings, change }: Props) {
  const { t } = useTranslation('builder');
  const reentry = settings.reentry ?? { mode: 'after_exit' as const, min_gap: null };
  return (
    <Stack>
      <Select
        label={t('settings.mode')}
        data={MODES.map((mode) => ({ value: mode, label: t(`settings.modes.${mode}`) }))}
        value={reentry.mode}
        onChange={(mode) => change({ reentry: { ...reentry, mode: (mode ?? 'after_exit') as (typeof MODES)[number] } })}
      />
      <Switch
        label={t('settings.hasGap')}
        checked={Boolean(reentry.min_gap)}
        onChange={(event) => change({ reentry: { ...reentry, min_gap: event.currentTarget.checked ? WEEK : null } })}
      />
      {reentry.min_gap && (
        <DurationField
          label={t('settings.gap')}
          value={reentry.min_gap}
          onChange={(min_gap) => change({ reentry: { ...reentry, min_gap } })}
        />
      )}
    </Stack>
  );
}

const HALF_A_DAY = { weeks: 0, days: 0, hours: 12, minutes: 0, seconds: 0 };
const CATEGORIES = ['marketing', 'transactional'] as const;

function DeliveryFields({ settings, change }: Props) {
  const { t } = useTranslation('builder');
  return (
    <Stack>
      <ZoneField
        label={t('settings.zone')}
        description={t('settings.zoneHelp')}
        value={settings.timezone}
        onChange={(timezone) => change({ timezone })}
      />
      <Group grow align="flex-start">
        <Select
          label={t('settings.category')}
          data={CATEGORIES.map((each) => ({ value: each, label: t(`categories.${each}`) }))}
          value={settings.category}
          onChange={(category) => change({ category: (category ?? 'marketing') as (typeof CATEGORIES)[number] })}
        />
        <NumberInput
          label={t('settings.priority')}
          description={t('settings.priorityHelp')}
          min={1}
          max={5}
          value={settings.priority}
          onChange={(priority) => typeof priority === 'number' && change({ priority })}
        />
      </Group>
      <Optional
        label={t('settings.skipLate')}
        description={t('settings.skipLateHelp')}
        value={settings.max_lateness}
        initial={HALF_A_DAY}
        onChange={(max_lateness) => change({ max_lateness })}
      >
        {(late) => (
          <DurationField
            label={t('settings.skipLateBy')}
            value={late}
            onChange={(max_lateness) => change({ max_lateness })}
          />
        )}
      </Optional>
    </Stack>
  );
}

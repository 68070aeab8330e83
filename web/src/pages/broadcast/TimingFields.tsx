import { NumberInput, Radio, Stack, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Definition, Timing } from '@/api/broadcasts';
import { ZoneField } from '@/builder/fields/ZoneField';
import { of } from '@/contact/policy';
import { Part } from './Part';

const KINDS = ['now', 'at', 'local_time', 'best_hour'] as const;
const HOUR_MS = 3_600_000;
const GOAL = { on: { event: 'Order Completed' }, window: of({ days: 5 }) } as Definition['conversion'];

type Props = { said: Definition; change: (part: Partial<Definition>) => void };

/** As the field of a date and time has it: on the clock of this computer. */
function asField(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** When it is sent, and what counts as a conversion. */
export function TimingFields({ said, change }: Props) {
  const { t } = useTranslation('broadcasts');
  const timing = (said.timing ?? { kind: 'now' }) as Timing;
  const put = (next: Timing) => change({ timing: next as Definition['timing'] });
  const inAnHour = () => new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS);
  function choose(kind: string) {
    if (kind === 'at') put({ kind, at: inAnHour().toISOString() });
    else if (kind === 'local_time')
      put({ kind, at: `${asField(new Date(Date.now() + 24 * HOUR_MS)).slice(0, 10)}T10:00` });
    else if (kind === 'best_hour') put({ kind, within_hours: 24 });
    else put({ kind: 'now' });
  }
  return (
    <Part title={t('timing.title')}>
      <Radio.Group aria-label={t('timing.title')} value={timing.kind} onChange={choose}>
        <Stack gap="xs">
          {KINDS.map((kind) => (
            <Radio key={kind} value={kind} label={t(`timing.${kind}`)} description={t(`timing.${kind}Help`)} />
          ))}
        </Stack>
      </Radio.Group>
      {timing.kind === 'at' && (
        <TextInput
          type="datetime-local"
          label={t('timing.moment')}
          description={t('timing.yourClock', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
          value={asField(new Date(timing.at))}
          onChange={({ currentTarget: { value } }) => value && put({ kind: 'at', at: new Date(value).toISOString() })}
          maw={280}
        />
      )}
      {timing.kind === 'local_time' && (
        <>
          <TextInput
            type="datetime-local"
            label={t('timing.moment')}
            description={t('timing.theirClock')}
            value={timing.at.slice(0, 16)}
            onChange={({ currentTarget: { value } }) => value && put({ kind: 'local_time', at: value })}
            maw={280}
          />
          <ZoneField
            label={t('timing.zone')}
            value={said.timezone ?? 'UTC'}
            onChange={(timezone) => change({ timezone })}
          />
        </>
      )}
      {timing.kind === 'best_hour' && (
        <NumberInput
          label={t('timing.within')}
          min={1}
          max={168}
          value={timing.within_hours ?? 24}
          onChange={(hours) => typeof hours === 'number' && put({ ...timing, within_hours: hours })}
          maw={280}
        />
      )}
      <Switch
        label={t('conversion')}
        description={t('conversionHelp')}
        checked={Boolean(said.conversion)}
        onChange={(event) => change({ conversion: event.currentTarget.checked ? GOAL : null })}
      />
    </Part>
  );
}

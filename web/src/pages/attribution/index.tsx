import { Group, Select, Stack } from '@mantine/core';
import { IconReceiptOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reports } from '@/api/reports';
import { lastDays } from '@/lib/period';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Answer } from './Answer';

const BY = ['channel', 'campaign', 'message', 'version', 'arm'] as const;
const CREDITED = ['click', 'open', 'send'] as const;
const USUAL = { event: 'Order Completed', half_life_hours: 168, margin_percent: 100 };
const PERIODS = ['7', '30', '90', '365'] as const;

/** What each message, campaign or channel is credited with, by every model. */
export function Component() {
  const { t } = useTranslation('analytics');
  const [by, setBy] = useState<(typeof BY)[number]>('campaign');
  const [credited, setCredited] = useState<(typeof CREDITED)[number]>('click');
  const [days, setDays] = useState<(typeof PERIODS)[number]>('30');
  return (
    <Page title={t('attribution')}>
      <Stack>
        <Group>
          <Choice label={t('by')} value={by} onChange={setBy} data={BY.map((value) => [value, t(`byWhat.${value}`)])} />
          <Choice
            label={t('credited')}
            value={credited}
            onChange={setCredited}
            data={CREDITED.map((value) => [value, t(`touches.${value}`)])}
          />
          <Choice
            label={t('period')}
            value={days}
            onChange={setDays}
            data={PERIODS.map((value) => [value, t('lastDays', { count: Number(value) })])}
          />
        </Group>
        <Found by={by} credited={credited} days={Number(days)} />
      </Stack>
    </Page>
  );
}

type ChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  data: [Value, string][];
};

function Choice<Value extends string>({ label, value, onChange, data }: ChoiceProps<Value>) {
  return (
    <Select
      label={label}
      allowDeselect={false}
      value={value}
      onChange={(chosen) => chosen && onChange(chosen as Value)}
      data={data.map(([each, text]) => ({ value: each, label: text }))}
    />
  );
}

type Asked = { by: (typeof BY)[number]; credited: (typeof CREDITED)[number]; days: number };

function Found({ by, credited, days }: Asked) {
  const { t } = useTranslation('analytics');
  const body = useMemo(() => ({ ...USUAL, by, credited, ...lastDays(days) }), [by, credited, days]);
  const found = useQuery(reports.attribution(body));
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Problem error={found.error} retry={() => found.refetch()} />;
  if (found.data.conversions === 0)
    return <Empty icon={IconReceiptOff} title={t('noConversions')} help={t('noConversionsHelp')} />;
  return <Answer answer={found.data} channels={by === 'channel'} />;
}

import { SegmentedControl, SimpleGrid, Stack } from '@mantine/core';
import { IconUnlink } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attribution } from '@/api/reports';
import { lines as colours } from '@/lib/colours';
import { useFormat } from '@/lib/useFormat';
import { Chart } from '@/ui/Chart';
import { Empty } from '@/ui/Empty';
import { Figure } from '@/ui/Figure';
import { Caused } from './Caused';
import { Credits } from './Credits';
import { MODELS } from './models';

type Props = { answer: Attribution; channels: boolean };
const DRAWN = 12;

/** Every model beside the others, drawn and written. */
export function Answer({ answer, channels }: Props) {
  const { t } = useTranslation(['analytics', 'app']);
  const format = useFormat();
  const [figure, setFigure] = useState<'revenue' | 'conversions'>('revenue');
  const named = answer.players.map((player) => ({
    ...player,
    label: channels ? t(`app:channel.${player.key}` as 'app:channel.email') : player.label,
  }));
  const drawn = named.slice(0, DRAWN);
  const option = {
    aria: { enabled: true },
    color: colours(),
    tooltip: { trigger: 'axis' },
    legend: { top: 0, type: 'scroll' },
    grid: { left: 8, right: 16, top: 48, bottom: 8, containLabel: true },
    xAxis: { type: 'category', data: drawn.map(({ label }) => label), axisLabel: { width: 110, overflow: 'truncate' } },
    yAxis: { type: 'value' },
    series: MODELS.map((model) => ({
      name: t(`analytics:models.${model}`),
      type: 'bar',
      data: drawn.map((player) => Math.round((player.credits[model]?.[figure] ?? 0) * 100) / 100),
    })),
  };
  const left = answer.conversions - answer.touched;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Figure label={t('analytics:conversions')} value={format.number(answer.conversions)} />
        <Figure label={t('analytics:revenue')} value={format.price(answer.revenue, answer.currency || null)} />
        <Figure
          label={t('analytics:touched')}
          value={format.number(answer.touched)}
          note={t('analytics:untouched', { count: left })}
        />
      </SimpleGrid>
      <SegmentedControl
        w="fit-content"
        aria-label={t('analytics:figure')}
        value={figure}
        onChange={(value) => setFigure(value as 'revenue' | 'conversions')}
        data={(['revenue', 'conversions'] as const).map((value) => ({ value, label: t(`analytics:${value}`) }))}
      />
      {named.length === 0 ? (
        <Empty small icon={IconUnlink} title={t('analytics:noTouch')} help={t('analytics:noTouchHelp')} />
      ) : (
        <>
          <Chart label={t('analytics:attribution')} option={option} height={360} />
          <Caused players={named} />
          <Credits players={named} figure={figure} currency={answer.currency} />
        </>
      )}
    </Stack>
  );
}

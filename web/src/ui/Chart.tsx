import { Button, Group, useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { IconPhotoDown } from '@tabler/icons-react';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { token } from '@/lib/colours';

type Props = { label: string; option: EChartsCoreOption; height?: number };

/** A chart that can be taken away as a picture. The library is loaded with the first of them. */
export function Chart({ label, option, height = 300 }: Props) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const still = useReducedMotion();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const [drawn, setDrawn] = useState(false);
  const latest = useRef(option);
  latest.current = option;

  useEffect(() => {
    let gone = false;
    const size = new ResizeObserver(() => chart.current?.resize());
    void import('./echarts').then(({ init }) => {
      if (gone || !place.current) return;
      chart.current = init(place.current, scheme === 'dark' ? 'dark' : undefined);
      chart.current.setOption({
        backgroundColor: 'transparent',
        animation: !still,
        textStyle: { fontFamily: token('--font-family') },
        ...latest.current,
      });
      size.observe(place.current);
      setDrawn(true);
    });
    return () => {
      gone = true;
      size.disconnect();
      chart.current?.dispose();
      chart.current = null;
      setDrawn(false);
    };
  }, [scheme, still]);

  useEffect(() => chart.current?.setOption(option, { replaceMerge: ['series'] }), [option]);

  function save() {
    if (!chart.current) return;
    const ground = token('--ground');
    const link = document.createElement('a');
    link.href = chart.current.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: ground });
    link.download = `${label.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.png`;
    link.click();
  }

  return (
    <figure style={{ margin: 0 }}>
      <div ref={place} role="img" aria-label={label} style={{ height, width: '100%' }} />
      <Group justify="flex-end" mt="xs">
        <Button size="xs" variant="default" disabled={!drawn} leftSection={<IconPhotoDown size={14} />} onClick={save}>
          {t('png')}
        </Button>
      </Group>
    </figure>
  );
}

import { Group, NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LeafProps } from './leaf';

/** "Is in the top 10 % by total spent": a rank by a number of the profile, among all who have one. */
export function PercentileLeaf({ leaf, change }: LeafProps<'percentile'>) {
  const { t } = useTranslation('conditions');
  return (
    <Group gap={6} wrap="wrap">
      <Select
        size="xs"
        w={110}
        aria-label={t('rank.label')}
        allowDeselect={false}
        data={(['highest', 'lowest'] as const).map((each) => ({ value: each, label: t(`rank.${each}`) }))}
        value={leaf.of}
        onChange={(of) => of && change({ ...leaf, of: of as typeof leaf.of })}
      />
      <NumberInput
        size="xs"
        w={90}
        suffix=" %"
        min={0.1}
        max={99.9}
        decimalScale={1}
        clampBehavior="strict"
        aria-label={t('percent')}
        value={leaf.percent}
        onChange={(percent) => typeof percent === 'number' && percent > 0 && change({ ...leaf, percent })}
      />
    </Group>
  );
}

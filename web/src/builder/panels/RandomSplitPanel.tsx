import { Checkbox, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { shares } from '../kinds/shares';
import { Branches } from './Branches';
import { ExperimentPart } from './experiment/ExperimentPart';
import { ShareBar } from './experiment/ShareBar';
import type { EditProps } from './panel';

export default function RandomSplitPanel({ id, data, change }: EditProps<'random_split'>) {
  const { t } = useTranslation(['builder', 'kinds']);
  const percents = shares(data.arms);
  return (
    <Stack>
      <ShareBar arms={data.arms} onChange={(arms) => change({ arms })} />
      <Branches
        items={data.arms}
        min={2}
        onChange={(arms) => change({ arms })}
        make={(made, number) => ({
          id: made,
          label: t('kinds:defaults.branch', { number }),
          weight: 50,
          holdout: false,
        })}
        render={(arm, put) => (
          <Group gap="sm">
            <NumberInput
              size="xs"
              w={90}
              min={0.1}
              max={1000}
              aria-label={t('builder:arms.weight')}
              value={arm.weight}
              onChange={(weight) => typeof weight === 'number' && weight > 0 && put({ weight })}
            />
            <Text size="sm">{t('builder:arms.share', { share: percents[data.arms.indexOf(arm)] ?? 0 })}</Text>
            <Checkbox
              size="xs"
              label={t('builder:arms.holdout')}
              checked={arm.holdout}
              onChange={(event) => put({ holdout: event.currentTarget.checked })}
            />
          </Group>
        )}
      />
      <ExperimentPart node={id} arms={data.arms} />
    </Stack>
  );
}

import { Group, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { WholeInput } from '@/promotions/Fields';
import type { Promotion } from '@/promotions/model';
import { type PartProps, Section } from './Section';

/** How it combines with others. */
export function StackingFields({ promotion, put }: PartProps) {
  const { t } = useTranslation('promotions');
  const { stacking } = promotion;
  const change = (part: Partial<Promotion['stacking']>) => put({ stacking: { ...stacking, ...part } });
  return (
    <Section title={t('stacking.title')} help={t('stacking.help')}>
      <Group align="flex-start">
        <Select
          label={t('stacking.mode')}
          w={230}
          allowDeselect={false}
          data={(['joint', 'exclusive'] as const).map((mode) => ({ value: mode, label: t(`stacking.modes.${mode}`) }))}
          value={stacking.mode}
          onChange={(mode) => mode && change({ mode: mode as 'joint' })}
        />
        <TextInput
          label={t('stacking.group')}
          placeholder={t('stacking.noGroup')}
          maxLength={60}
          value={stacking.group ?? ''}
          onChange={(event) => change({ group: event.currentTarget.value || null })}
        />
        <WholeInput
          label={t('stacking.order')}
          min={0}
          max={1_000}
          w={110}
          value={stacking.order}
          onChange={(order) => change({ order: order ?? 100 })}
        />
      </Group>
    </Section>
  );
}

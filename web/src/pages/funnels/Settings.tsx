import { NumberInput, SegmentedControl, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useKnownNames } from '@/builder/names';
import type { Draft } from './question';

const ORDERS = ['ordered', 'strict', 'any'] as const;
const FIELDS = ['country', 'city', 'locale', 'timezone'];
const LONGEST_DAYS = 366;

type Props = { draft: Draft; onChange: (change: Partial<Draft>) => void };

/** Order, window, period and breakdown of a funnel. */
export function Settings({ draft, onChange }: Props) {
  const { t } = useTranslation('analytics');
  const { attributes } = useKnownNames();
  const own = attributes.map((name) => `attributes.${name}`).filter((name) => name.split('.').length === 2);
  const days = (name: 'windowDays' | 'days') => ({
    min: 1,
    max: LONGEST_DAYS,
    allowDecimal: false,
    value: draft[name],
    onChange: (value: number | string) => onChange({ [name]: Math.min(Math.max(Number(value) || 1, 1), LONGEST_DAYS) }),
  });
  return (
    <Stack gap="sm">
      <div>
        <SegmentedControl
          fullWidth
          aria-label={t('order')}
          value={draft.order}
          onChange={(order) => onChange({ order: order as Draft['order'] })}
          data={ORDERS.map((value) => ({ value, label: t(`orders.${value}`) }))}
        />
        <Text size="xs" c="dimmed" mt={4}>
          {t(`orderHelp.${draft.order}`)}
        </Text>
      </div>
      <SimpleGrid cols={2}>
        <NumberInput label={t('window')} {...days('windowDays')} />
        <NumberInput label={t('days')} {...days('days')} />
      </SimpleGrid>
      <Select
        label={t('breakdown')}
        placeholder={t('noBreakdown')}
        clearable
        searchable
        data={[...FIELDS.map((value) => ({ value, label: t(`fields.${value}` as 'fields.country') })), ...own]}
        value={draft.breakdown || null}
        onChange={(value) => onChange({ breakdown: value ?? '' })}
      />
    </Stack>
  );
}

import { Group, SegmentedControl, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { WholeInput } from '@/promotions/Fields';
import type { CodeRules } from '@/promotions/model';
import { type PartProps, Section } from './Section';

const KINDS = ['none', 'generic', 'unique'] as const;

/** Whether a code is needed, and what a code may do. */
export function CodeFields({ promotion, put }: PartProps) {
  const { t } = useTranslation('promotions');
  const { codes } = promotion;
  const change = (part: Partial<CodeRules>) => put({ codes: { ...codes, ...part } });
  return (
    <Section title={t('codeRules.title')}>
      <SegmentedControl
        aria-label={t('codeRules.title')}
        data={KINDS.map((kind) => ({ value: kind, label: t(`codeRules.kinds.${kind}`) }))}
        value={codes.kind}
        onChange={(kind) => change({ kind: kind as CodeRules['kind'], personal: kind === 'unique' && codes.personal })}
      />
      <Text size="sm" c="dimmed">
        {t(`codeRules.help.${codes.kind}`)}
      </Text>
      {codes.kind !== 'none' && (
        <Group align="flex-start">
          <WholeInput
            label={t('codeRules.uses')}
            placeholder={codes.kind === 'unique' ? '1' : '∞'}
            value={codes.uses}
            onChange={(uses) => change({ uses: uses || null })}
          />
          <WholeInput
            label={t('codeRules.validDays')}
            min={0}
            max={3_650}
            placeholder="∞"
            value={codes.valid_days}
            onChange={(valid_days) => change({ valid_days })}
          />
        </Group>
      )}
      {codes.kind === 'unique' && (
        <Switch
          label={t('codeRules.personal')}
          checked={codes.personal}
          onChange={(event) => change({ personal: event.currentTarget.checked })}
        />
      )}
    </Section>
  );
}

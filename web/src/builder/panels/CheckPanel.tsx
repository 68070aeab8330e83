import { useTranslation } from 'react-i18next';
import { ConditionField } from '../conditions/ConditionField';
import { newLeaf } from '../conditions/leaf';
import { Branches } from './Branches';
import type { EditProps } from './panel';

export default function CheckPanel({ data, change }: EditProps<'check'>) {
  const { t } = useTranslation(['builder', 'kinds']);
  return (
    <Branches
      items={data.branches}
      min={1}
      onChange={(branches) => change({ branches })}
      make={(id, number) => ({
        id,
        label: t('kinds:defaults.branch', { number }),
        condition: newLeaf('event', null, true),
      })}
      render={(branch, put) => (
        <ConditionField
          label={t('builder:branches.if')}
          inJourney
          value={branch.condition}
          onChange={(condition) => put({ condition })}
        />
      )}
    />
  );
}

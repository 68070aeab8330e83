import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ConditionField, Said } from '../conditions/ConditionField';
import { SegmentField } from '../fields/SegmentField';
import { EVERYBODY, type TriggerProps } from '../kinds/trigger';

export function SegmentTriggerFields({ trigger, put }: TriggerProps<'segment'>) {
  const { t } = useTranslation('builder');
  return (
    <>
      <SegmentField
        label={t('entry.saved')}
        value={trigger.segment_id ?? null}
        onChange={(segment_id) => put({ kind: 'segment', segment_id, condition: null })}
      />
      {trigger.segment_id && <Said value={{ kind: 'segment', segment_id: trigger.segment_id }} inJourney={false} />}
      {trigger.condition ? (
        <ConditionField
          label={t('entry.condition')}
          value={trigger.condition}
          onChange={(condition) => put({ kind: 'segment', segment_id: null, condition })}
        />
      ) : (
        <Button variant="subtle" size="compact-sm" w="fit-content" onClick={() => put(EVERYBODY)}>
          {t('entry.write')}
        </Button>
      )}
    </>
  );
}

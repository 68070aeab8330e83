import { MultiSelect, SegmentedControl, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Broadcast, Definition } from '@/api/broadcasts';
import type { Condition } from '@/api/types';
import { ConditionField } from '@/builder/conditions/ConditionField';
import { SegmentField } from '@/builder/fields/SegmentField';
import { useSegments } from '@/builder/names';
import { Part } from './Part';

type Props = { broadcast: Broadcast; said: Definition; change: (part: Partial<Definition>) => void };
const BLANK = { kind: 'event', event: 'Order Completed', window: { kind: 'last', days: 30 } } as Condition;

/** Who gets it. */
export function AudienceFields({ broadcast, said, change }: Props) {
  const { t } = useTranslation('broadcasts');
  const segments = useSegments().data?.items ?? [];
  const audience = said.audience ?? {};
  const condition = (audience.condition ?? null) as Condition | null;
  const put = (part: Partial<typeof audience>) => change({ audience: { ...audience, ...part } as typeof audience });
  return (
    <Part title={t('audience.title')}>
      {broadcast.resend_of ? (
        <Text size="sm">{t('audience.nonOpeners')}</Text>
      ) : (
        <>
          <SegmentedControl
            aria-label={t('audience.title')}
            w="fit-content"
            value={condition ? 'condition' : 'segment'}
            onChange={(way) =>
              put(way === 'condition' ? { condition: BLANK as never, segment_id: null } : { condition: null })
            }
            data={[
              { value: 'segment', label: t('audience.segment') },
              { value: 'condition', label: t('audience.condition') },
            ]}
          />
          {condition ? (
            <ConditionField
              label={t('audience.condition')}
              value={condition}
              onChange={(next) => put({ condition: next as never })}
            />
          ) : (
            <SegmentField
              label={t('audience.segment')}
              value={audience.segment_id ?? null}
              onChange={(segment_id) => put({ segment_id })}
            />
          )}
        </>
      )}
      <MultiSelect
        label={t('audience.exclude')}
        placeholder={t('audience.excludeNobody')}
        searchable
        clearable
        data={segments.map(({ id, name }) => ({ value: id, label: name }))}
        value={audience.exclude_segment_ids ?? []}
        onChange={(exclude_segment_ids) => put({ exclude_segment_ids })}
      />
    </Part>
  );
}

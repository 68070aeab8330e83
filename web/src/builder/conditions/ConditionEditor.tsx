import { QueryBuilderMantine } from '@react-querybuilder/mantine';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Field,
  prepareRuleGroup,
  QueryBuilder,
  type RuleGroupType,
  type RuleType,
  type ValueEditorProps,
} from 'react-querybuilder';
import 'react-querybuilder/dist/query-builder.css';
import type { Condition } from '@/api/types';
import { useSegments } from '../names';
import './conditions.css';
import { AddAction, RemoveAction } from './Actions';
import { LeafFields } from './LeafFields';
import { LEAF_KINDS, newLeaf } from './leaf';
import { fromQuery, type Leaf, type LeafKind, type Query, toQuery } from './tree';

type Props = { value: Condition; inJourney: boolean; onChange: (value: Condition) => void };
type Context = { inJourney: boolean };

const JOURNEY_ONLY: LeafKind[] = ['trigger'];

/** Draws a condition as nested groups of questions. */
export function ConditionEditor({ value, inJourney, onChange }: Props) {
  const { t } = useTranslation('conditions');
  const segment = useSegments().data?.items[0]?.id ?? null;
  // without a segment to choose there is nothing to ask
  const asksSegment = JSON.stringify(value).includes('"kind":"segment"');
  const fields = useMemo<Field[]>(
    () =>
      LEAF_KINDS.filter(
        (kind) =>
          (inJourney || !JOURNEY_ONLY.includes(kind)) && (kind !== 'segment' || segment !== null || asksSegment),
      ).map((kind) => ({
        name: kind,
        label: t(`kinds.${kind}`),
      })),
    [t, inJourney, segment, asksSegment],
  );
  const words = useMemo(() => translationsOf(t), [t]);
  const [query, change] = useQuery(value, onChange);
  return (
    <QueryBuilderMantine>
      <QueryBuilder
        query={query}
        onQueryChange={change}
        fields={fields}
        getOperators={(field) => [
          { name: 'holds', label: t(`holds.${field as LeafKind}`) },
          { name: 'fails', label: t(`fails.${field as LeafKind}`) },
        ]}
        getDefaultValue={(rule: RuleType) => newLeaf(rule.field as LeafKind, segment, inJourney)}
        getDefaultField="event"
        resetOnOperatorChange={false}
        combinators={[
          { name: 'and', label: t('all') },
          { name: 'or', label: t('any') },
        ]}
        controlElements={{
          valueEditor: LeafEditor,
          addRuleAction: AddAction,
          addGroupAction: AddAction,
          removeRuleAction: RemoveAction,
          removeGroupAction: RemoveAction,
        }}
        controlClassnames={{ queryBuilder: 'conditions', ruleGroup: 'conditions-group', rule: 'conditions-rule' }}
        translations={words}
        context={{ inJourney } satisfies Context}
        showNotToggle
        listsAsArrays
      />
    </QueryBuilderMantine>
  );
}

/**
 * The drawn query of a condition, and how to change it. The query is kept between changes: its rows have ids, and a row
 * whose id changes is made anew, which takes the focus from whoever types in it.
 */
function useQuery(value: Condition, onChange: Props['onChange']): [RuleGroupType, (next: RuleGroupType) => void] {
  const [drawn, setDrawn] = useState(() => draw(value));
  if (drawn.value !== value && JSON.stringify(drawn.value) !== JSON.stringify(value)) {
    setDrawn(draw(value)); // changed elsewhere: undone, or by a colleague
  }
  const change = (query: RuleGroupType) => {
    const changed = fromQuery(query as unknown as Query);
    setDrawn({ value: changed, query });
    if (JSON.stringify(changed) !== JSON.stringify(value)) onChange(changed);
  };
  return [drawn.query, change];
}

const draw = (value: Condition) => ({ value, query: prepareRuleGroup(toQuery(value) as unknown as RuleGroupType) });

function LeafEditor({ value, handleOnChange, field, context }: ValueEditorProps) {
  const leaf = value as Leaf | undefined;
  if (!leaf || typeof leaf !== 'object' || leaf.kind !== field) return null;
  return <LeafFields leaf={leaf} inJourney={(context as Context).inJourney} change={handleOnChange} />;
}

function translationsOf(
  t: (key: 'addRule' | 'addGroup' | 'remove' | 'not' | 'combinator' | 'question' | 'answer') => string,
) {
  return {
    addRule: { label: t('addRule'), title: t('addRule') },
    addGroup: { label: t('addGroup'), title: t('addGroup') },
    removeRule: { label: '×', title: t('remove') },
    removeGroup: { label: '×', title: t('remove') },
    notToggle: { label: t('not'), title: t('not') },
    combinators: { title: t('combinator') },
    fields: { title: t('question'), placeholderName: '', placeholderLabel: '', placeholderGroupLabel: '' },
    operators: { title: t('answer'), placeholderName: '', placeholderLabel: '', placeholderGroupLabel: '' },
    value: { title: t('question') },
  };
}

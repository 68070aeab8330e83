import { QueryBuilderMantine } from '@react-querybuilder/mantine';
import { type RefObject, useMemo, useRef, useState } from 'react';
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
import { AboutField } from './AboutField';
import { AddAction, AddRule, RemoveAction } from './Actions';
import { LeafFields } from './LeafFields';
import { newLeaf, offeredKinds } from './leaf';
import { fromQuery, type Leaf, type LeafKind, type Query, toQuery } from './tree';

type Props = { value: Condition; inJourney: boolean; onChange: (value: Condition) => void };

/** What the parts of the editor share. */
export type EditorContext = {
  inJourney: boolean;
  /** Whether a condition was added just now, which begins by saying what it is about. */
  fresh: RefObject<boolean>;
  /** Puts a condition in place of another; denied, or not, if that is said. */
  put: (path: number[], leaf: Leaf, denied: boolean) => void;
};

/** Draws a condition as nested groups of questions. */
export function ConditionEditor({ value, inJourney, onChange }: Props) {
  const { t } = useTranslation('conditions');
  const segment = useSegments().data?.items[0]?.id ?? null;
  const fields = useMemo<Field[]>(
    () =>
      offeredKinds({ inJourney, hasSegments: segment !== null, asked: value }).map((kind) => ({
        name: kind,
        label: t(`kinds.${kind}`),
      })),
    [t, inJourney, segment, value],
  );
  const words = useMemo(() => translationsOf(t), [t]);
  const [query, change] = useQuery(value, onChange);
  const fresh = useRef(false);
  const put: EditorContext['put'] = (path, leaf, denied) => change(replaced(query, path, leaf, denied));
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
          fieldSelector: AboutField,
          valueEditor: LeafEditor,
          addRuleAction: AddRule,
          addGroupAction: AddAction,
          removeRuleAction: RemoveAction,
          removeGroupAction: RemoveAction,
        }}
        controlClassnames={{ queryBuilder: 'conditions', ruleGroup: 'conditions-group', rule: 'conditions-rule' }}
        translations={words}
        context={{ inJourney, fresh, put } satisfies EditorContext}
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

/** The query with another condition at a path; the other parts, and its id, stay. */
function replaced(query: RuleGroupType, path: number[], leaf: Leaf, denied: boolean): RuleGroupType {
  const [at, ...rest] = path;
  const rules = query.rules.map((each, index) => {
    if (index !== at) return each;
    if ('rules' in each) return replaced(each, rest, leaf, denied);
    return { ...each, field: leaf.kind, value: leaf, ...(denied && { operator: 'fails' }) };
  });
  return { ...query, rules };
}

const draw = (value: Condition) => ({ value, query: prepareRuleGroup(toQuery(value) as unknown as RuleGroupType) });

function LeafEditor({ value, handleOnChange, field, context }: ValueEditorProps) {
  const leaf = value as Leaf | undefined;
  if (!leaf || typeof leaf !== 'object' || leaf.kind !== field) return null;
  return <LeafFields leaf={leaf} inJourney={(context as EditorContext).inJourney} change={handleOnChange} />;
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

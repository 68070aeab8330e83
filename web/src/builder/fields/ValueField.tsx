import { TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operator } from '@/api/types';
import { marked } from './marked';
import { parseValue, showValue, type Value } from './values';

type Props = { op: Operator; value: Value; onChange: (value: Value) => void; label?: string };

export const UNARY: Operator[] = ['exists', 'missing'];
export const LISTS: Operator[] = ['in', 'not_in'];

/** The value of a comparison: none, one, or several, as the operator asks. */
export function ValueField({ op, value, onChange, label }: Props) {
  const { t } = useTranslation('conditions');
  const [text, setText] = useState<string | null>(null);
  const name = label ?? t('value');
  if (UNARY.includes(op)) return null;
  if (LISTS.includes(op)) {
    const items = Array.isArray(value) ? value : [];
    return (
      <TagsInput
        size="xs"
        aria-label={name}
        placeholder={items.length ? undefined : t('values')}
        value={items.map(showValue)}
        onChange={(next) => onChange(next.map((each) => parseValue(each)) as Value)}
        miw={140}
      />
    );
  }
  return (
    <TextInput
      {...marked}
      size="xs"
      aria-label={name}
      placeholder={name}
      value={text ?? showValue(value)}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(parseValue(event.currentTarget.value));
      }}
      onBlur={() => setText(null)}
      miw={90}
    />
  );
}

/** What becomes of the value when the operator changes to one that takes another kind of value. */
export function valueFor(op: Operator, value: Value): Value {
  if (UNARY.includes(op)) return null;
  if (op === 'anniversary') return typeof value === 'number' ? value : null;
  if (LISTS.includes(op))
    return Array.isArray(value) ? value : value === null || value === undefined ? [] : ([value] as Value);
  const single = Array.isArray(value) ? value[0] : value;
  return single ?? '';
}

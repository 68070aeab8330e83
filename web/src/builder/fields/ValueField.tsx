import { Select, TagsInput, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operator } from '@/api/types';
import { CaseNote, KnownOption } from './KnownValues';
import { MoneyField } from './MoneyField';
import { type PropertyOf, type PropertyValues, usePropertyValues } from './propertyValues';
import { Suggest } from './Suggest';
import { parseValue, showValue, type Value } from './values';

type Props = {
  op: Operator;
  value: Value;
  onChange: (value: Value) => void;
  label?: string;
  /** What it is compared with: its values in the shop's data are suggested, and its kind decides the field. */
  of?: PropertyOf;
};

export const UNARY: Operator[] = ['exists', 'missing'];
export const LISTS: Operator[] = ['in', 'not_in'];
/** These ask for a piece of a text. */
const PIECES: Operator[] = ['contains', 'starts_with'];
const DAY = /^\d{4}-\d\d-\d\d$/;

/** The value of a comparison: none, one, or several, as the operator asks. */
export function ValueField({ op, value, onChange, label, of }: Props) {
  const { t } = useTranslation('conditions');
  const found = usePropertyValues(UNARY.includes(op) ? undefined : of);
  const name = label ?? t('value');
  if (UNARY.includes(op)) return null;
  const field = { value, onChange, name, found };
  // another property's field is another one
  const key = `${of?.event ?? ''} ${of?.property ?? ''}`;
  if (LISTS.includes(op)) return <Several {...field} />;
  if (PIECES.includes(op)) return <One {...field} found={{ ...found, values: [] }} />;
  return <OfItsKind key={key} {...field} />;
}

type Kind = 'day' | 'money' | 'yesNo' | 'text';

function kindOf(value: Value, { type, money }: PropertyValues): Kind {
  const empty = value === '' || value === null || value === undefined;
  if (type === 'date' && (empty || (typeof value === 'string' && DAY.test(value)))) return 'day';
  if (money && (empty || typeof value === 'number')) return 'money';
  return type === 'boolean' && (empty || typeof value === 'boolean') ? 'yesNo' : 'text';
}

/** The field that fits what the data holds. It never changes under the fingers of whoever types in it. */
function OfItsKind(props: FieldProps) {
  const { value, onChange, name, found } = props;
  const fitting = kindOf(value, found);
  const [kind, setKind] = useState(fitting);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const settle = () => !place.current?.contains(document.activeElement) && setKind(fitting);
    const left = () => setTimeout(settle);
    settle();
    document.addEventListener('focusout', left);
    return () => document.removeEventListener('focusout', left);
  }, [fitting]);
  return (
    <div ref={place}>
      {kind === 'day' && <Day {...props} />}
      {kind === 'money' && (
        <MoneyField
          label={name}
          value={typeof value === 'number' ? value : null}
          currencies={found.currencies}
          onChange={(next) => onChange(next ?? '')}
        />
      )}
      {kind === 'yesNo' && <YesNo {...props} />}
      {kind === 'text' && <One {...props} />}
    </div>
  );
}

type FieldProps = { value: Value; onChange: (value: Value) => void; name: string; found: PropertyValues };

function Several({ value, onChange, name, found }: FieldProps) {
  const { t } = useTranslation('conditions');
  const items = Array.isArray(value) ? value : [];
  return (
    <div>
      <TagsInput
        size="xs"
        aria-label={name}
        placeholder={items.length ? undefined : t('values')}
        data={found.values.map((each) => showValue(each.value))}
        renderOption={({ option }) => <KnownOption text={option.value} found={found} />}
        comboboxProps={{ width: 280, position: 'bottom-start' }}
        maxDropdownHeight={280}
        value={items.map(showValue)}
        onChange={(next) => onChange(next.map((each) => parseValue(each)) as Value)}
        miw={160}
      />
      <CaseNote
        values={items}
        found={found}
        correct={(from, to) => onChange(items.map((each) => (each === from ? to : each)) as Value)}
      />
    </div>
  );
}

function One({ value, onChange, name, found }: FieldProps) {
  const [text, setText] = useState<string | null>(null);
  const known = found.values.map((each) => showValue(each.value));
  const shown = text ?? showValue(value);
  // the one that is written already is no suggestion, and would hide what lies below
  const data = known.filter((each) => each !== shown || text === null);
  return (
    <div>
      <Suggest
        size="xs"
        aria-label={name}
        placeholder={name}
        data={data}
        renderOption={({ option }) => <KnownOption text={option.value} found={found} />}
        comboboxProps={{ width: 280, position: 'bottom-start' }}
        maxDropdownHeight={280}
        value={shown}
        onChange={(next) => {
          setText(next);
          onChange(parseValue(next));
        }}
        onBlur={() => setText(null)}
        miw={120}
      />
      <CaseNote values={[value]} found={found} correct={(_, to) => onChange(to)} />
    </div>
  );
}

function Day({ value, onChange, name }: FieldProps) {
  return (
    <TextInput
      size="xs"
      type="date"
      w={150}
      aria-label={name}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function YesNo({ value, onChange, name }: FieldProps) {
  const { t } = useTranslation('conditions');
  return (
    <Select
      size="xs"
      w={110}
      aria-label={name}
      placeholder={name}
      data={(['true', 'false'] as const).map((each) => ({ value: each, label: t(`yesNo.${each}`) }))}
      value={typeof value === 'boolean' ? String(value) : null}
      onChange={(next) => onChange(next === 'true')}
    />
  );
}

/** What becomes of the value when the operator changes to one that takes another kind of value. */
export function valueFor(op: Operator, value: Value): Value {
  if (UNARY.includes(op)) return null;
  if (op === 'anniversary') return typeof value === 'number' ? value : null;
  if (LISTS.includes(op))
    return Array.isArray(value)
      ? value
      : value === null || value === undefined || value === ''
        ? []
        : ([value] as Value);
  const single = Array.isArray(value) ? value[0] : value;
  return single ?? '';
}

import { Textarea, TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { TokenMenu } from './TokenMenu';
import { insertAt } from './tokens';

type Props = {
  label: string;
  description?: string;
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  max: number;
  code?: boolean;
  required?: boolean;
  /** Takes the focus as it appears, with its text marked: what is typed replaces it. */
  begin?: boolean;
};

/** A text with a menu that puts tokens in at the cursor. */
export function TokenText({ label, description, value, onChange, rows, max, code, required, begin }: Props) {
  const { t } = useTranslation('builder');
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useEffect(() => {
    if (begin) field.current?.select();
  }, [begin]);
  const insert = (token: string) => {
    const at = field.current;
    const [text, cursor] = insertAt(value, token, at?.selectionStart ?? value.length, at?.selectionEnd ?? value.length);
    onChange(text);
    requestAnimationFrame(() => {
      at?.focus();
      at?.setSelectionRange(cursor, cursor);
    });
  };
  const props = {
    ref: field,
    label,
    description,
    value,
    maxLength: max,
    withAsterisk: required,
    error: required && value.trim() === '' ? t('content.required') : undefined,
    rightSection: <TokenMenu field={label} choose={insert} />,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  if (!rows) return <TextInput {...props} />;
  return (
    <Textarea
      {...props}
      autosize
      minRows={Math.min(rows, 8)}
      maxRows={18}
      spellCheck={!code}
      styles={{
        input: code
          ? { fontFamily: 'var(--font-mono)', fontSize: 'var(--text-xs)', paddingInlineEnd: 36 }
          : { paddingInlineEnd: 36 },
        section: { alignItems: 'flex-start', paddingTop: 4 },
      }}
    />
  );
}

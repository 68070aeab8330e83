import { Group, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Asked, Inspection } from './Wizard';

const SEPARATORS = [',', ';', '\t', '|'] as const;
const NAMES = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;
/** Encodings that spreadsheets and databases write; whatever the file was found to have is offered as well. */
const ENCODINGS = {
  'utf-8': 'unicode',
  'utf-16': 'unicode16',
  cp1252: 'western',
  mac_roman: 'mac',
  cp1250: 'central',
  cp1251: 'cyrillic',
  cp1253: 'greek',
  cp1254: 'turkish',
  shift_jis: 'japanese',
  gb18030: 'chinese',
  cp949: 'korean',
} as const;

/** How the text of a file is written: what its cells stand between, and its encoding. */
export function Dialect(props: { seen: Inspection; asked: Asked; onChange: (asked: Asked) => void }) {
  const { seen, asked, onChange } = props;
  const { t } = useTranslation('imports');
  if (seen.format === 'parquet' || seen.format === 'xlsx' || seen.encoding === '') return null;
  const encodings = Object.keys(ENCODINGS).includes(seen.encoding)
    ? Object.keys(ENCODINGS)
    : [seen.encoding, ...Object.keys(ENCODINGS)];
  const named = (value: string) =>
    value in ENCODINGS ? t(`encodings.${ENCODINGS[value as keyof typeof ENCODINGS]}`) : value;
  return (
    <Group>
      {seen.format === 'csv' && (
        <NativeSelect
          label={t('separator')}
          value={seen.separator}
          onChange={(event) =>
            onChange({ ...asked, separator: event.currentTarget.value as (typeof SEPARATORS)[number] })
          }
          data={SEPARATORS.map((value) => ({ value, label: t(`separators.${NAMES[value]}`) }))}
        />
      )}
      <NativeSelect
        label={t('encoding')}
        value={seen.encoding}
        onChange={(event) => onChange({ ...asked, encoding: event.currentTarget.value })}
        data={encodings.map((value) => ({ value, label: named(value) }))}
      />
    </Group>
  );
}

import { type ComboboxItem, Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKnownNames } from '../names';
import { matching } from './matching';
import { usePropertyNames } from './propertyNames';

type Props = {
  label: string;
  value: string;
  /** Paths of the profile's own fields that are offered; the shop's and the computed ones always are. */
  fields: readonly string[];
  /** Properties of this type alone are offered; those of which nothing is known are. */
  only?: 'number';
  onChange: (path: string) => void;
  size?: 'xs' | 'sm';
  hideLabel?: boolean;
  w?: number;
};

/** A property of a profile: found by its name or an example, shown with its type, its values and how many have it. */
export function PropertyPicker({ label, value, fields, onChange, size = 'sm', hideLabel, w, only }: Props) {
  const { t, i18n } = useTranslation('conditions');
  const known = useKnownNames();
  const nameOf = usePropertyNames();
  const [text, setText] = useState('');
  const fits = (path: string) => !only || (known.values[path]?.type ?? only) === only;
  const item = (path: string) => ({ value: path, label: nameOf(path) });
  const groups = [
    { group: t('profile'), items: fields.map(item) },
    {
      group: t('traits'),
      items: known.traits
        .map((name) => `traits.${name}`)
        .filter(fits)
        .map(item),
    },
    {
      group: t('attributes'),
      items: known.attributes
        .map((name) => `attributes.${name}`)
        .filter(fits)
        .map(item),
    },
  ].filter(({ items }) => items.length > 0);
  const all = groups.flatMap(({ items }) => items);
  if (value && !all.some((each) => each.value === value)) groups.push({ group: t('other'), items: [item(value)] });
  const typed = text.trim();
  const isNew = /^[A-Za-z][\w.]*$/.test(typed) && !all.some((each) => each.label === typed || each.value === typed);
  return (
    <Select
      size={size}
      w={w}
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      searchable
      selectFirstOptionOnChange
      maxDropdownHeight={320}
      comboboxProps={{ width: 340, position: 'bottom-start' }}
      limit={100}
      data={isNew ? [...groups, { group: t('other'), items: [{ value: pathOf(typed), label: typed }] }] : groups}
      value={value}
      onSearchChange={setText}
      onChange={(path) => path && onChange(path)}
      filter={({ options, search, limit }) => {
        const found = matching(options, search === nameOf(value) ? '' : search, limit);
        return found;
      }}
      renderOption={({ option }) => <Option option={option} language={i18n.language} />}
    />
  );
}

/** A name that nothing has yet is one of the shop's own attributes. */
const pathOf = (name: string) => (name.includes('.') ? name : `attributes.${name}`);

function Option({ option, language }: { option: ComboboxItem; language: string }) {
  const { t } = useTranslation('conditions');
  const found = useKnownNames().values[option.value];
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" w="100%">
      <div style={{ minWidth: 0 }}>
        <Text size="sm">{option.label}</Text>
        {found && found.examples.length > 0 && (
          <Text size="xs" c="dimmed" truncate>
            {found.examples.join(', ')}
          </Text>
        )}
      </div>
      {found && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {t(`types.${found.type}`)} · {found.count.toLocaleString(language)}
        </Text>
      )}
    </Group>
  );
}

import { Autocomplete, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/api/types';
import { useKnownNames, useSegments } from '@/builder/names';
import { ColumnChoice } from './ColumnChoice';
import { COUNTRIES, useCountryName } from './countries';
import type { Filter } from './useFilter';

const CHANNELS: Channel[] = ['email', 'sms', 'whatsapp', 'push', 'in_app'];
const REST_MS = 300;

type Props = { filter: Filter; onChange: (filter: Filter) => void };

/** What narrows the list, its order, and its columns. */
export function Filters({ filter, onChange }: Props) {
  const { t } = useTranslation('customers');
  const { t: app } = useTranslation('app');
  const segments = useSegments().data?.items ?? [];
  const channels = CHANNELS.map((value) => ({ value, label: t('filters.by', { channel: app(`channel.${value}`) }) }));
  const change = (part: Filter) => onChange({ ...filter, ...part });
  return (
    <Group gap="sm">
      <Typed
        label={t('search')}
        value={filter.search}
        onChange={(search) => change({ search })}
        w={{ base: '100%', sm: 280 }}
      />
      <Choice
        label={t('filters.segment')}
        value={filter.segment}
        onChange={(segment) => change({ segment })}
        data={segments.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Choice
        label={t('filters.reachable')}
        value={filter.reachable}
        onChange={(reachable) => change({ reachable: reachable as Channel })}
        data={channels}
      />
      <Country value={filter.country} onChange={(country) => change({ country })} />
      <Tag value={filter.tag} onChange={(tag) => change({ tag })} />
      <Select
        aria-label={t('filters.order')}
        allowDeselect={false}
        value={filter.order ?? 'newest'}
        onChange={(order) => change({ order: order === 'oldest' || order === 'name' ? order : undefined })}
        data={(['newest', 'oldest', 'name'] as const).map((value) => ({ value, label: t(`filters.${value}`) }))}
        w={{ base: 'calc(50% - 6px)', sm: 160 }}
      />
      <ColumnChoice />
    </Group>
  );
}

type ChoiceProps = {
  label: string;
  value?: string;
  onChange: (value?: string) => void;
  data: { value: string; label: string }[];
};

function Choice({ label, value, onChange, data }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      clearable
      searchable
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      data={data}
      w={{ base: 'calc(50% - 6px)', sm: 180 }}
    />
  );
}

function Country({ value, onChange }: Pick<ChoiceProps, 'value' | 'onChange'>) {
  const { t } = useTranslation('customers');
  const name = useCountryName();
  const data = COUNTRIES.map((code) => ({ value: code, label: name(code) }));
  data.sort((one, other) => one.label.localeCompare(other.label));
  return <Choice label={t('fields.country')} value={value} onChange={onChange} data={data} />;
}

type TypedProps = {
  label: string;
  value?: string;
  onChange: (value?: string) => void;
  w: { base: string; sm: number };
};

/** What is asked once the typing rests. */
function useTyped(value: string | undefined, onChange: (value?: string) => void) {
  const [text, setText] = useState(value ?? '');
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if ((value ?? '') !== text.trim()) setText(value ?? '');
  }
  const ask = useDebouncedCallback((wanted: string) => onChange(wanted.trim() || undefined), REST_MS);
  const type = (next: string) => {
    setText(next);
    ask(next);
  };
  return { value: text, onChange: type };
}

function Typed({ label, value, onChange, w }: TypedProps) {
  const typed = useTyped(value, onChange);
  return (
    <TextInput
      leftSection={<IconSearch size={16} />}
      aria-label={label}
      placeholder={label}
      maxLength={120}
      w={w}
      value={typed.value}
      onChange={(event) => typed.onChange(event.currentTarget.value)}
    />
  );
}

/** A tag, of those that many carry or any other. */
function Tag({ value, onChange }: Pick<ChoiceProps, 'value' | 'onChange'>) {
  const { t } = useTranslation('customers');
  const typed = useTyped(value, onChange);
  const label = t('filters.tag');
  return (
    <Autocomplete
      aria-label={label}
      placeholder={label}
      clearable
      maxLength={80}
      limit={30}
      data={useKnownNames().tags}
      w={{ base: 'calc(50% - 6px)', sm: 150 }}
      {...typed}
    />
  );
}

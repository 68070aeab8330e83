import { type ComboboxItem, type ComboboxItemGroup, Group, Select, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSelectorProps } from 'react-querybuilder';
import type { Schemas } from '@/api/types';
import { matching } from '../fields/matching';
import { usePropertyNames } from '../fields/propertyNames';
import { useKnownNames, useSegments } from '../names';
import { ACTIONS, aboutOf, aboutTo, numeric, PROFILE_FIELDS, readSearch, WHOLE_KINDS } from './about';
import type { EditorContext } from './ConditionEditor';
import type { Leaf } from './tree';

/**
 * What a condition is about, out of everything there is: events, properties, messages, segments and tags of the shop,
 * each with what is known of it. "Not ..." asks for its absence.
 */
export function AboutField({ rule, path, context }: FieldSelectorProps) {
  const { t, i18n } = useTranslation('conditions');
  const { inJourney, fresh, put } = context as EditorContext;
  const leaf = rule.value as Leaf;
  const [isFresh] = useState(() => fresh.current);
  useEffect(() => {
    fresh.current = false;
  }, [fresh]);
  const known = useKnownNames();
  const groups = useGroups(inJourney);
  const [text, setText] = useState('');
  const value = aboutOf(leaf);
  const { search: typed, denied } = readSearch(text);
  const all = groups.flatMap(({ items }) => items);
  const name = useLabel(leaf);
  const own = all.some((each) => each.value === value) ? [] : [{ value, label: name }];
  const isNew = typed !== '' && !all.some((each) => each.label.toLowerCase() === typed.toLowerCase());
  const made = isNew ? madeOf(typed, t) : [];
  const others = [...own, ...made.filter((each) => each.value !== value)];
  const label = [...all, ...own].find((each) => each.value === value)?.label ?? '';
  return (
    <Select
      size="xs"
      w={230}
      aria-label={t('about')}
      searchable
      autoFocus={isFresh}
      defaultDropdownOpened={isFresh}
      selectFirstOptionOnChange
      maxDropdownHeight={340}
      comboboxProps={{ width: 360, position: 'bottom-start' }}
      limit={200}
      nothingFoundMessage={t('nothingFound')}
      data={others.length > 0 ? [...groups, { group: t('other'), items: others }] : groups}
      value={value}
      onSearchChange={setText}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(about) => about && put(path, aboutTo(about, leaf, inJourney), denied)}
      filter={({ options, search, limit }) =>
        matching(options, search === label ? '' : readSearch(search).search, limit)
      }
      renderOption={({ option }) => <Option option={option} known={known} language={i18n.language} denied={denied} />}
    />
  );
}

type T = ReturnType<typeof useTranslation<'conditions'>>['t'];

/** What nothing in the data has yet: an event of that name, or an attribute. */
function madeOf(name: string, t: T): ComboboxItem[] {
  const items = [{ value: `event:${name}`, label: t('newEvent', { name }) }];
  if (/^[A-Za-z][\w.]*$/.test(name)) {
    const path = name.includes('.') ? name : `attributes.${name}`;
    items.push({ value: `attribute:${path}`, label: t('newAttribute', { name }) });
  }
  return items;
}

/** The name of a condition that is not in the list: an event that never happened, a segment that is gone. */
function useLabel(leaf: Leaf): string {
  const nameOf = usePropertyNames();
  switch (leaf.kind) {
    case 'event':
      return leaf.event;
    case 'attribute':
    case 'percentile':
      return nameOf(leaf.name);
    case 'tag':
      return leaf.tag;
    default:
      return leaf.kind;
  }
}

function useGroups(inJourney: boolean): ComboboxItemGroup<ComboboxItem>[] {
  const { t } = useTranslation('conditions');
  const known = useKnownNames();
  const nameOf = usePropertyNames();
  const segments = useSegments().data?.items ?? [];
  const property = (path: string) => ({ value: `attribute:${path}`, label: nameOf(path) });
  const events = known.events.map((name) => ({ value: `event:${name}`, label: name }));
  return [
    { group: t('events'), items: [...events, { value: 'event:*', label: t('anyActivity') }] },
    { group: t('profile'), items: PROFILE_FIELDS.map(property) },
    { group: t('traits'), items: known.traits.map((name) => property(`traits.${name}`)) },
    { group: t('attributes'), items: known.attributes.map((name) => property(`attributes.${name}`)) },
    {
      group: t('ranks'),
      items: numeric(known).map((path) => ({
        value: `percentile:${path}`,
        label: t('rank.of', { name: nameOf(path) }),
      })),
    },
    {
      group: t('messages'),
      items: ACTIONS.map((action) => ({ value: `engagement:${action}`, label: t(`messageActions.${action}`) })),
    },
    { group: t('segments'), items: segments.map(({ id, name }) => ({ value: `segment:${id}`, label: name })) },
    { group: t('tags'), items: known.tags.map((tag) => ({ value: `tag:${tag}`, label: tag })) },
    {
      group: t('more'),
      items: WHOLE_KINDS.filter((kind) => inJourney || kind !== 'trigger').map((kind) => ({
        value: kind,
        label: t(`kinds.${kind}`),
      })),
    },
  ].filter(({ items }) => items.length > 0);
}

type OptionProps = { option: ComboboxItem; known: Schemas['DataDictionary']; language: string; denied: boolean };

function Option({ option, known, language, denied }: OptionProps) {
  const { t } = useTranslation('conditions');
  const [kind, ...rest] = option.value.split(':');
  const name = rest.join(':');
  const found = kind === 'attribute' || kind === 'percentile' ? known.values[name] : undefined;
  const times = kind === 'event' ? known.event_counts[name] : undefined;
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" w="100%">
      <div style={{ minWidth: 0 }}>
        <Text size="sm">{denied ? t('denied', { name: option.label }) : option.label}</Text>
        {found && found.examples.length > 0 && (
          <Text size="xs" c="dimmed" truncate>
            {found.examples.slice(0, 3).join(', ')}
          </Text>
        )}
      </div>
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {found && `${t(`types.${found.type}`)} · ${found.count.toLocaleString(language)}`}
        {times !== undefined && t('times30', { count: times, number: often(times, language) })}
      </Text>
    </Group>
  );
}

/** As many as the last 30 days were counted for. */
const COUNTED = 1000;

const often = (count: number, language: string) =>
  count >= COUNTED ? `${COUNTED.toLocaleString(language)}+` : count.toLocaleString(language);

import { Button, Checkbox, MultiSelect, Popover, Stack } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { usePropertyNames } from '@/builder/fields/propertyNames';
import { useKnownNames } from '@/builder/names';
import { isOwn, MOST_FACTS, OWN, useChosenColumns } from './chosenColumns';
import { useColumnTitle } from './columns';

/** Which columns the list shows beside the name. */
export function ColumnChoice() {
  const { t } = useTranslation('customers');
  const { chosen, setChosen, reset } = useChosenColumns();
  const title = useColumnTitle();
  const name = usePropertyNames();
  const { attributes, traits } = useKnownNames();
  const facts = chosen.filter((key) => !isOwn(key));
  const own = chosen.filter(isOwn);
  const named = (kind: string, keys: string[]) =>
    keys.map((key) => ({ value: `${kind}.${key}`, label: name(`${kind}.${key}`) }));
  const groups = [
    { group: t('attributes'), items: named('attributes', attributes) },
    { group: t('traits'), items: named('traits', traits) },
  ];
  const offered = new Set(groups.flatMap(({ items }) => items.map(({ value }) => value)));
  const gone = facts.filter((key) => !offered.has(key)).map((key) => ({ value: key, label: name(key) }));
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} />} w={{ base: 'calc(50% - 6px)', sm: 'auto' }}>
          {t('columns.choose')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={t('columns.choose')}>
        <Stack gap="xs" w={260}>
          {OWN.map((key) => (
            <Checkbox
              key={key}
              size="xs"
              label={title(key)}
              checked={own.includes(key)}
              onChange={({ currentTarget: { checked } }) =>
                setChosen([...OWN.filter((each) => (each === key ? checked : own.includes(each))), ...facts])
              }
            />
          ))}
          <MultiSelect
            size="xs"
            label={t('columns.facts')}
            searchable
            clearable
            maxValues={MOST_FACTS}
            comboboxProps={{ withinPortal: false }}
            data={gone.length > 0 ? [...groups, { group: t('columns.gone'), items: gone }] : groups}
            value={facts}
            onChange={(next) => setChosen([...own, ...next])}
          />
          <Button size="compact-xs" variant="subtle" w="fit-content" onClick={reset}>
            {t('columns.reset')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

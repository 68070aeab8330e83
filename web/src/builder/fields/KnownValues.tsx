import { Anchor, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { nearMiss } from './nearMiss';
import type { PropertyValues } from './propertyValues';
import { showValue } from './values';

/** A suggested value, and how many of those looked at have it. */
export function KnownOption({ text, found }: { text: string; found: PropertyValues }) {
  const { i18n } = useTranslation();
  const count = found.values.find((each) => showValue(each.value) === text)?.count;
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" w="100%">
      <Text size="sm" truncate>
        {text}
      </Text>
      {count !== undefined && (
        <Text size="xs" c="dimmed" className="figures">
          {count.toLocaleString(i18n.language)}
        </Text>
      )}
    </Group>
  );
}

type NoteProps = {
  values: readonly unknown[];
  found: PropertyValues;
  /** Puts the known spelling in place of what was typed. */
  correct: (from: string, to: string) => void;
};

/** Says that upper and lower case count where a typed text is not among the known ones, and offers the known spelling. */
export function CaseNote({ values, found, correct }: NoteProps) {
  const { t } = useTranslation('conditions');
  const known = found.values.map((each) => each.value);
  const strangers = values.filter(
    (each): each is string => typeof each === 'string' && each.trim() !== '' && !known.includes(each),
  );
  if (known.length === 0 || strangers.length === 0) return null;
  const misses = strangers.flatMap((from) => {
    const to = nearMiss(from, known);
    return to === null ? [] : [{ from, to }];
  });
  return (
    <Text size="xs" c="dimmed" maw={280} mt={2} role="status">
      {t('caseCounts')}{' '}
      {misses.map(({ from, to }) => (
        <Anchor key={from} component="button" type="button" size="xs" onClick={() => correct(from, to)}>
          {t('useSpelling', { value: to })}
        </Anchor>
      ))}
    </Text>
  );
}

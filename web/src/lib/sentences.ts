import type { i18n } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';
import { localeOf } from './locale';

export type Said = Schemas['LocalizedText'];
type Unit = 'weeks' | 'days' | 'hours' | 'minutes' | 'seconds';
type Joint = 'and' | 'or' | 'nor' | 'comma' | 'semicolon';
/** `choice`: "a, b or c". */
type By = Joint | 'choice';
/** What a sentence can name: `domain/i18n/values.py` has the same. */
type Named =
  | string
  | number
  | Said
  | { list: Named[]; by: By }
  | { at: string; zone?: string; year?: boolean }
  | { day: string }
  | { length: Partial<Record<Unit, number>> }
  | { share: number }
  | { step: string };
/** What a step is called, by its id; undefined where that is not known. */
export type Titles = (id: string) => string | undefined;

const UNITS: [Unit, string][] = [
  ['weeks', 'week'],
  ['days', 'day'],
  ['hours', 'hour'],
  ['minutes', 'minute'],
  ['seconds', 'second'],
];
const untitled: Titles = () => undefined;

/** A sentence of the server's in the reader's language; null where this app has not all of its words. */
export function saySentence(said: Said, texts: i18n, titles: Titles = untitled): string | null {
  const language = localeOf(texts.language);
  const t = texts.getFixedT(null, 'sentences');
  const number = (value: number) => value.toLocaleString(language, { maximumSignificantDigits: 10 });
  const sentence = ({ code, params }: Said): string => {
    const replace = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, word(value as Named)]));
    return t(`sentences.${code as 'wait_over'}`, { replace });
  };
  const joint = (by: Joint) => t(`joints.${by}`);
  function listed(words: string[], by: By): string {
    if (by !== 'choice') return words.join(joint(by));
    const [last, ...others] = words.toReversed();
    return [others.toReversed().join(joint('comma')), last].filter(Boolean).join(joint('or'));
  }
  function word(value: Named): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return number(value);
    if ('code' in value) return sentence(value);
    if ('list' in value) return listed(value.list.map(word), value.by);
    if ('at' in value) return moment(value, language);
    if ('day' in value)
      return new Date(value.day).toLocaleDateString(language, { dateStyle: 'medium', timeZone: 'UTC' });
    if ('length' in value) return length(value.length, language);
    if ('share' in value) return value.share.toLocaleString(language, { style: 'percent' });
    return `“${titles(value.step) ?? value.step}”`;
  }
  return knows(said, texts) ? sentence(said) : null;
}

function knows(value: Named, texts: i18n): boolean {
  if (typeof value !== 'object') return true;
  if ('list' in value) return value.list.every((each) => knows(each, texts));
  if (!('code' in value)) return true;
  const named = Object.values(value.params) as Named[];
  return texts.exists(`sentences:sentences.${value.code}`) && named.every((each) => knows(each, texts));
}

/** On the clock of its zone, which is named; without one on the reader's own. */
function moment({ at, zone, year }: { at: string; zone?: string; year?: boolean }, language: string): string {
  const instant = new Date(at);
  if (zone === undefined) return instant.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
  const local = instant.toLocaleString(language, {
    timeZone: zone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    ...(year && { year: 'numeric' }),
    ...(instant.getUTCSeconds() > 0 && { second: '2-digit' }),
  });
  return `${local}, ${zone}`;
}

function length(units: Partial<Record<Unit, number>>, language: string): string {
  return UNITS.filter(([name]) => units[name])
    .map(([name, unit]) => (units[name] ?? 0).toLocaleString(language, { style: 'unit', unit, unitDisplay: 'long' }))
    .join(' ');
}

/** Says what the server said: from its code in the reader's language, else in the words that it wrote. */
export function useSay(titles?: Titles): (text: string | null | undefined, said: Said | null | undefined) => string {
  const { i18n } = useTranslation('sentences');
  return useMemo(
    () => (text, said) => (said && saySentence(said, i18n, titles)) ?? text ?? '',
    [i18n, i18n.language, titles],
  );
}

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { weekday } from '@/builder/kinds/say';
import { localeOf } from '@/lib/locale';
import { useFormat } from '@/lib/useFormat';
import { toAmount } from './model';
import type { Written } from './say';

/** Promotions' amounts, days and lists in the reader's language. */
export function useWritten(): Written {
  const { i18n } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const language = localeOf(i18n.language);
    const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 });
    const choice = new Intl.ListFormat(language, { type: 'disjunction' });
    return {
      amount: (minor, currency) => format.price(toAmount(minor, currency), currency),
      percent: (hundredths) => percent.format(hundredths / 10_000),
      number: format.number,
      day: (day) => new Date(day).toLocaleDateString(language, { dateStyle: 'long', timeZone: 'UTC' }),
      list: format.list,
      choice: (words) => choice.format(words),
      weekday: (day) => weekday(day - 1, language),
    };
  }, [format, i18n.language]);
}

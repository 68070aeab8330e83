import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { FEW, rateOf } from './interval';
import { localeOf } from './locale';

/** Numbers, shares and moments in the user's language. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  return useMemo(() => {
    const language = localeOf(i18n.language);
    const whole = new Intl.NumberFormat(language);
    const money = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    const places = (count: number) =>
      new Intl.NumberFormat(language, {
        minimumFractionDigits: count,
        maximumFractionDigits: count,
        signDisplay: 'negative',
      });
    const [fine, coarse] = [places(3), places(1)];
    const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
    const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
    return {
      number: (value: number) => whole.format(value),
      money: (value: number) => money.format(value),
      /** An amount in a currency by ISO 4217, or in none. */
      price: (amount: number, currency: string | null) =>
        currency
          ? new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount)
          : money.format(amount),
      /** As exact as tells: figures under one another have their points under one another. */
      decimal: (value: number) => (Math.abs(value) < 10 ? fine : coarse).format(value),
      percent: (value: number) => percent.format(value),
      /** "1.2K", where there is little room. */
      short: (value: number) => (value < 10_000 ? whole.format(value) : compact.format(value)),
      moment: (at: string | number) =>
        new Date(at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' }),
      exact: (at: string | number) =>
        new Date(at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'medium' }),
      /** "E-mail, SMS, and Push". */
      list: (words: string[]) => new Intl.ListFormat(language).format(words),
      day: (at: string) => new Date(at).toLocaleDateString(language, { dateStyle: 'long' }),
      /** "12 % (8 to 17 %)"; "2 of 7" where a percentage would say more than is known. */
      rate: (part: number, of: number) => {
        const rate = rateOf(part, of);
        if (rate === null) return '–';
        if (of < FEW) return t('rate.few', { part: whole.format(part), whole: whole.format(of) });
        const range = { low: percent.format(rate.low), high: percent.format(rate.high) };
        return t('rate.range', { share: percent.format(rate.share), ...range });
      },
    };
  }, [t, i18n.language]);
}

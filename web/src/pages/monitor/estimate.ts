import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';
import { localeOf } from '@/lib/locale';

type Estimate = Schemas['Estimate'];

/** Figures with their intervals: "+12.5 %", "(+8 % to +17 %)". */
export function useEstimate() {
  const { t, i18n } = useTranslation('monitor');
  return useMemo(() => {
    const signed = new Intl.NumberFormat(localeOf(i18n.language), {
      style: 'percent',
      maximumFractionDigits: 1,
      signDisplay: 'exceptZero',
    });
    const points = (value: number) => signed.format(value);
    const range = (estimate: Estimate, say: (value: number) => string) =>
      t('estimate.range', { low: say(estimate.low), high: say(estimate.high) });
    return { points, range };
  }, [t, i18n.language]);
}

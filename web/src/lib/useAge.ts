import { useTranslation } from 'react-i18next';

const UNITS = [
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
] as const;

/** "3 minutes": a length of time in its largest unit. */
export function useAge(): (seconds: number) => string {
  const { t } = useTranslation('status');
  return (seconds) => {
    for (const [unit, size] of UNITS) if (seconds >= size) return t(unit, { count: Math.floor(seconds / size) });
    return t('seconds', { count: Math.floor(seconds) });
  };
}

import { useTranslation } from 'react-i18next';
import type { Launch } from '@/api/home';
import { localeOf } from '@/lib/locale';

/** The time of day of a launch, on the clock of its schedule. */
export function useTimeOf(): (launch: Launch) => string {
  const { i18n } = useTranslation();
  const language = localeOf(i18n.language);
  return ({ at, timezone }) => new Date(at).toLocaleTimeString(language, { timeStyle: 'short', timeZone: timezone });
}

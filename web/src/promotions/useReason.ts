import { useTranslation } from 'react-i18next';
import { useSay } from '@/lib/sentences';

/** Why something did not apply, in the reader's language, from its stable code. */
export function useReason(): (reason: string, english?: string) => string {
  useTranslation('sentences');
  const say = useSay();
  return (reason, english) => say(english ?? reason, { code: `refused_${reason}`, params: {} });
}

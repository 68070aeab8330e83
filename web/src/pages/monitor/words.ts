import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';

const KNOWN = [
  'completed',
  'goal',
  'exit_event',
  'stopped',
  'cancelled',
  'erased',
  'over_limit',
  'node_removed',
  'failed',
  'profile_merged',
] as const;

/** What an exit reason is called: the house's own in the user's language, an end node's as its author wrote it. */
export function useExitWords(): (reason: string) => string {
  const { t } = useTranslation('monitor');
  return (reason) => {
    const known = KNOWN.find((each) => each === reason);
    return known ? t(`exit.${known}`) : reason.replaceAll('_', ' ');
  };
}

type Refused = Pick<Schemas['EntryRejectionView'], 'code' | 'about'> & { reason: string | null };

/** Why somebody was not let in: `words` of one refusal, `counted` above many of one code. */
export function useRefusalWords() {
  const { t, i18n } = useTranslation('monitor');
  const known = (code: string) => i18n.exists(`monitor:refusals.reasons.${code}`);
  return {
    words: ({ code, about, reason }: Refused) =>
      known(code) ? t(`refusals.reasons.${code}`, { about: about ?? '' }) : (reason ?? code),
    counted: (code: string) => (known(code) ? t(`refusals.counted.${code as 'paused'}`) : code.replaceAll('_', ' ')),
  };
}

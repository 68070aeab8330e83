import { useTranslation } from 'react-i18next';

const KNOWN = ['completed', 'goal', 'exit_event', 'stopped', 'erased', 'over_limit', 'node_removed'] as const;

/** What an exit reason is called: the house's own in the user's language, an end node's as its author wrote it. */
export function useExitWords(): (reason: string) => string {
  const { t } = useTranslation('monitor');
  return (reason) => {
    const known = KNOWN.find((each) => each === reason);
    return known ? t(`exit.${known}`) : reason.replaceAll('_', ' ');
  };
}

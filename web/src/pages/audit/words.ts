import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';

type Entry = Pick<Schemas['AuditView'], 'action' | 'kind' | 'before' | 'after'>;

const BECAME: Record<string, string> = { paused: 'paused', stopped: 'stopped', retired: 'retired' };

/** What was done. A change of a campaign's state is that: paused, resumed; the log has it as a changed row. */
export function actionOf({ action, kind, before, after }: Entry): string {
  const [was, is] = [before?.state, after?.state];
  if (action !== 'changed' || kind !== 'campaign' || typeof is !== 'string' || was === is) return action;
  if (is === 'active') return was === 'paused' ? 'resumed' : 'activated';
  return BECAME[is] ?? action;
}

/** Names of actions and of kinds of objects, in the reader's language; one that is not known stays as it is. */
export function useAuditWords() {
  const { t, i18n } = useTranslation('audit');
  const word = (group: 'actions' | 'kinds', name: string) => {
    const key = name.replaceAll(' ', '_');
    return i18n.exists(`audit:${group}.${key}`) ? t(`${group}.${key}` as 'actions.created') : name;
  };
  return { action: (entry: Entry) => word('actions', actionOf(entry)), kind: (name: string) => word('kinds', name) };
}

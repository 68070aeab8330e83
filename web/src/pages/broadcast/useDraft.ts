import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Broadcast, type Definition, saveBroadcast } from '@/api/broadcasts';

const PAUSE_MS = 400;

type Draft = { name: string; said: Definition };

/** The draft as it is being written. It saves itself, one change after the other; `revision` is what is saved. */
export function useDraft(broadcast: Broadcast) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>({ name: broadcast.name, said: broadcast.broadcast });
  const [saved, setSaved] = useState({ revision: broadcast.revision, missing: broadcast.missing, draft });
  const [error, setError] = useState<Error | null>(null);
  const saving = useRef(false);
  const isSaved = saved.draft === draft;

  const save = useCallback(async () => {
    if (saving.current || draft.name.trim() === '') return;
    saving.current = true;
    try {
      const body = { revision: saved.revision, name: draft.name.trim(), broadcast: draft.said };
      const answer = await saveBroadcast(broadcast.id, body as Parameters<typeof saveBroadcast>[1]);
      setError(null);
      setSaved({ revision: answer.revision, missing: answer.missing, draft });
      client.setQueryData(['broadcasts', broadcast.id], answer);
    } catch (problem) {
      setError(problem as Error);
    } finally {
      saving.current = false;
    }
  }, [broadcast.id, client, draft, saved.revision]);

  useEffect(() => {
    if (isSaved) return;
    const timer = setTimeout(() => void save(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [isSaved, save]);

  const change = (part: Partial<Definition>) => setDraft((now) => ({ ...now, said: { ...now.said, ...part } }));
  const rename = (name: string) => setDraft((now) => ({ ...now, name }));
  return { ...draft, change, rename, isSaved, revision: saved.revision, missing: saved.missing, error, retry: save };
}

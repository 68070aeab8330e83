import { useCallback, useState } from 'react';
import type { EmailDocument } from './model';

type History = { past: EmailDocument[]; future: EmailDocument[]; at: number };

const MOST = 200;
/** Changes closer together than this are one: a typed word is not undone letter by letter. */
const TOGETHER = 700;

/** Undo and redo over a document that somebody else keeps. */
export function useHistory(document: EmailDocument, put: (document: EmailDocument) => void) {
  const [history, setHistory] = useState<History>({ past: [], future: [], at: 0 });
  const change = useCallback(
    (next: EmailDocument) => {
      if (next === document) return;
      const now = Date.now();
      setHistory(({ past, at }) => ({
        past: now - at < TOGETHER && past.length > 0 ? past : [...past, document].slice(-MOST),
        future: [],
        at: now,
      }));
      put(next);
    },
    [document, put],
  );
  const undo = useCallback(() => {
    const last = history.past.at(-1);
    if (!last) return;
    setHistory({ past: history.past.slice(0, -1), future: [document, ...history.future], at: 0 });
    put(last);
  }, [history, document, put]);
  const redo = useCallback(() => {
    const [next, ...future] = history.future;
    if (!next) return;
    setHistory({ past: [...history.past, document], future, at: 0 });
    put(next);
  }, [history, document, put]);
  return { change, undo, redo, canUndo: history.past.length > 0, canRedo: history.future.length > 0 };
}

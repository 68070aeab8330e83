import { useCallback, useState } from 'react';
import type { EmailDocument } from './model';

type History = { past: EmailDocument[]; future: EmailDocument[]; at: number };

const MOST = 200;
/** Changes closer together than this are one: a typed word is not undone letter by letter. */
const TOGETHER = 700;

/** Which rows and blocks there are, and in which order. */
const orderOf = ({ rows }: EmailDocument) =>
  rows
    .map(({ id, columns }) => [id, ...columns.map(({ blocks }) => blocks.map((block) => block.id).join())].join(';'))
    .join('|');

/** Undo and redo over a document that somebody else keeps. */
export function useHistory(document: EmailDocument, put: (document: EmailDocument) => void) {
  const [history, setHistory] = useState<History>({ past: [], future: [], at: 0 });
  const change = useCallback(
    (next: EmailDocument) => {
      if (next === document) return;
      const now = Date.now();
      // what adds, moves or removes is always a step of its own, however fast the hands
      const writes = orderOf(next) === orderOf(document);
      setHistory(({ past, at }) => ({
        past: writes && now - at < TOGETHER && past.length > 0 ? past : [...past, document].slice(-MOST),
        future: [],
        at: writes ? now : 0,
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

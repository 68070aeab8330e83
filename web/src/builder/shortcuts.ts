import { useEffect } from 'react';
import { copySelected, duplicateSelected, pasteCopied, removeSelected } from './actions';
import type { EditorStore } from './store';

type Extra = { tidy: () => void; addHere: () => void; help: () => void; note: () => void; fit: () => void };

/** Where typing means typing. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null
  );
}

/** The builder's keys. With Ctrl (or Cmd): Z, Y, C, X, V, D, A. Alone: Delete, A (add), N (note), L (tidy up), F (fit), ? (keys), Esc. */
export function useShortcuts(store: EditorStore, extra: Extra): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (isTyping(event.target) || event.defaultPrevented) return;
      const act = event.ctrlKey || event.metaKey ? withControl(store, event) : alone(store, event, extra);
      if (!act) return;
      event.preventDefault();
      act();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [store, extra]);
}

function withControl(store: EditorStore, event: KeyboardEvent): (() => void) | undefined {
  const { undo, redo, select, history, readOnly } = store.getState();
  const key = event.key.toLowerCase();
  if (key === 'a') return () => select(history.present.nodes.map((node) => node.id));
  if (key === 'c') return () => void copySelected(store);
  if (readOnly) return undefined;
  if (key === 'z') return event.shiftKey ? redo : undo;
  return {
    y: redo,
    v: () => void pasteCopied(store),
    d: () => duplicateSelected(store),
    x: () => void copySelected(store).then(() => removeSelected(store)),
  }[key];
}

function alone(
  store: EditorStore,
  event: KeyboardEvent,
  { tidy, addHere, help, note, fit }: Extra,
): (() => void) | undefined {
  const { select, selected, readOnly } = store.getState();
  const focused = document.activeElement?.closest<HTMLElement>('.react-flow__node');
  if (event.key === 'Escape') return () => select([], null);
  if (event.key === '?') return help;
  if (event.key.toLowerCase() === 'f') return fit;
  if ((event.key === 'Enter' || event.key === ' ') && focused && focused === document.activeElement) {
    return () => select([focused.dataset.id ?? ''], focused.dataset.id?.startsWith('note_') ? null : 'node');
  }
  if (readOnly) return undefined;
  if ((event.key === 'Delete' || event.key === 'Backspace') && selected.size > 0) return () => removeSelected(store);
  return { l: tidy, a: addHere, n: note }[event.key.toLowerCase()];
}

import { useEffect } from 'react';
import { copySelected, duplicateSelected, pasteCopied, removeSelected } from './actions';
import type { EditorStore } from './store';

type Extra = { tidy: () => void; addHere: () => void; help: () => void; note: () => void; fit: () => void };

const FIELDS = 'input, textarea, select, [contenteditable], [role="textbox"], [role="listbox"]';
const OVER_THE_CANVAS = '[role="dialog"], [role="alertdialog"], [role="menu"]';
const CANVAS = '.builder-canvas, .builder-bar';

/** Whether a key is for the canvas. Never while a dialog or menu is open, or a field has the focus: keys are text there. */
function isForCanvas(event: KeyboardEvent): boolean {
  const at = event.target instanceof HTMLElement ? event.target : document.body;
  if (at.closest(FIELDS)) return false;
  if ([...document.querySelectorAll(OVER_THE_CANVAS)].some((over) => over.checkVisibility())) return false;
  if ((event.ctrlKey || event.metaKey) && 'zy'.includes(letterOf(event))) return true;
  return at === document.body || at.closest(CANVAS) !== null;
}

/** The letter of a key: what it writes, or, on a keyboard of another script, what stands there on a Latin one. */
export function letterOf({ key, code }: Pick<KeyboardEvent, 'key' | 'code'>): string {
  const letter = key.toLowerCase();
  const foreign = [...letter].length === 1 && letter > '\u024f';
  return foreign && code.startsWith('Key') ? code.slice(3).toLowerCase() : letter;
}

/** The builder's keys. With Ctrl (or Cmd): Z, Y, C, X, V, D, A. Alone: Delete, A (add), N (note), L (tidy up), F (fit), ? (keys), Esc. */
export function useShortcuts(store: EditorStore, extra: Extra): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.altKey || !isForCanvas(event)) return;
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
  const key = letterOf(event);
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
  if (letterOf(event) === 'f') return fit;
  if ((event.key === 'Enter' || event.key === ' ') && focused && focused === document.activeElement) {
    return () => select([focused.dataset.id ?? ''], focused.dataset.id?.startsWith('note_') ? null : 'node');
  }
  if (readOnly) return undefined;
  if ((event.key === 'Delete' || event.key === 'Backspace') && selected.size > 0) return () => removeSelected(store);
  return { l: tidy, a: addHere, n: note }[letterOf(event)];
}

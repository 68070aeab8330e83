import { useEffect } from 'react';
import { copySelected, duplicateSelected, pasteCopied, removeSelected } from './actions';
import { focusPanelSoon } from './focus';
import type { EditorStore } from './store';

type Extra = { tidy: () => void; addHere: () => void; help: () => void; note: () => void; fit: () => void };

const FIELDS = 'input, textarea, select, [contenteditable], [role="textbox"], [role="listbox"]';
const OVER_THE_CANVAS = '[role="dialog"], [role="alertdialog"], [role="menu"]';
const CANVAS = '.builder-canvas, .builder-bar';

/** Whether a key is for the canvas. Never while a dialog or menu is open, or a field has the focus: keys are text there. */
export function isForCanvas(event: KeyboardEvent): boolean {
  if (event.altKey) return false; // menus, and letters that a keyboard writes with it
  const everywhere = (event.ctrlKey || event.metaKey) && 'zyk'.includes(letterOf(event));
  return isCanvas(event.target, everywhere);
}

function isCanvas(target: EventTarget | null, everywhere = false): boolean {
  const at = target instanceof Element ? target : document.body;
  if (at.closest(FIELDS)) return false;
  if ([...document.querySelectorAll(OVER_THE_CANVAS)].some((over) => over.checkVisibility())) return false;
  // a click on the canvas gives the focus to what is around it
  return everywhere || at.closest(CANVAS) !== null || at.querySelector(CANVAS) !== null;
}

/** The letter of a key: what it writes, or, on a keyboard of another script, what stands there on a Latin one. */
export function letterOf({ key, code }: Pick<KeyboardEvent, 'key' | 'code'>): string {
  const letter = key.toLowerCase();
  const foreign = [...letter].length === 1 && letter > '\u024f';
  return foreign && code.startsWith('Key') ? code.slice(3).toLowerCase() : letter;
}

/** The builder's keys. With Ctrl (or Cmd): Z, Y, C, X, V, D, A, K. Alone: Delete, A (add), N (note), L (tidy up), F (fit), ? (keys), Esc. */
export function useShortcuts(store: EditorStore, extra: Extra): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || !isForCanvas(event)) return;
      const act = event.ctrlKey || event.metaKey ? withControl(store, event, extra) : alone(store, event, extra);
      if (!act) return;
      event.preventDefault();
      act();
    }
    window.addEventListener('keydown', onKeyDown);
    const unlisten = listenToClipboard(store);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      unlisten();
    };
  }, [store, extra]);
}

/**
 * Copies, cuts and pastes steps. By the browser's own events: they come with any keyboard, from its menus too, and what
 * they hold needs nobody's leave. Marked text, and text in the clipboard, are the browser's.
 */
export function listenToClipboard(store: EditorStore): () => void {
  const isOurs = ({ target }: ClipboardEvent) => isCanvas(target) && (document.getSelection()?.isCollapsed ?? true);
  function onCopy(event: ClipboardEvent) {
    const text = isOurs(event) ? copySelected(store) : null;
    if (text === null) return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    if (event.type === 'cut' && !store.getState().readOnly) removeSelected(store);
  }
  function onPaste(event: ClipboardEvent) {
    if (!isOurs(event) || store.getState().readOnly) return;
    if (pasteCopied(store, event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault();
  }
  const all = new AbortController();
  document.addEventListener('copy', onCopy, all);
  document.addEventListener('cut', onCopy, all);
  document.addEventListener('paste', onPaste, all);
  return () => all.abort();
}

function withControl(store: EditorStore, event: KeyboardEvent, { addHere }: Extra): (() => void) | undefined {
  const { undo, redo, select, history, readOnly } = store.getState();
  const key = letterOf(event);
  if (event.shiftKey && key !== 'z') return undefined;
  if (key === 'k' && !readOnly) return addHere;
  if (key === 'a') return () => select(history.present.nodes.map((node) => node.id));
  if (readOnly) return undefined;
  if (key === 'z') return event.shiftKey ? redo : undo;
  return { y: redo, d: () => duplicateSelected(store) }[key];
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
    const isNote = focused.dataset.id?.startsWith('note_');
    return () => {
      select([focused.dataset.id ?? ''], isNote ? null : 'node');
      if (!isNote) focusPanelSoon();
    };
  }
  if (readOnly) return undefined;
  if ((event.key === 'Delete' || event.key === 'Backspace') && selected.size > 0) return () => removeSelected(store);
  return { l: tidy, a: addHere, n: note }[letterOf(event)];
}

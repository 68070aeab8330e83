import { useEffect } from 'react';
import type { EditorStore } from './store';

const PANEL = '.builder-panel';
/** What has a use of its own for Escape, or for the focus. */
const BUSY = '[role="dialog"], [role="alertdialog"], [role="menu"], [aria-expanded="true"]';
/** After a dialog has given the focus back to where it was opened from. */
const RETURNED = [80, 350];
const ELSEWHERE = `${PANEL}, .builder-bar, [role="dialog"], input, textarea`;

const cardOf = (id: string) => document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);

/**
 * Gives the focus to the card of a step that was just added. Twice: the dialog that it was chosen in gives the focus back
 * to where it was opened from. Whoever pressed a key meanwhile, or went into a form or another dialog, stays there.
 */
export function focusCardSoon(id: string): void {
  const pressed = new AbortController();
  const timers = RETURNED.map((later) =>
    setTimeout(() => {
      if (!document.activeElement?.closest(ELSEWHERE)) cardOf(id)?.focus({ preventScroll: true });
    }, later),
  );
  const stay = () => {
    timers.forEach(clearTimeout);
    pressed.abort();
  };
  // not for the key that added the step, which is still on its way up
  setTimeout(() => window.addEventListener('keydown', stay, { capture: true, signal: pressed.signal }), 0);
  setTimeout(() => pressed.abort(), Math.max(...RETURNED));
}

/** Gives the focus to the form of the step that is open. */
export function focusPanelSoon(): void {
  setTimeout(() => document.querySelector<HTMLElement>(PANEL)?.focus({ preventScroll: true }), 0);
}

/** Escape in the form leads back to the step's card. */
export function useWayBack(store: EditorStore): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      const at = event.target instanceof Element ? event.target : null;
      if (event.key !== 'Escape' || event.defaultPrevented || !at?.closest(PANEL) || at.closest(BUSY)) return;
      const [id] = store.getState().selected;
      const card = id === undefined ? null : cardOf(id);
      if (!card) return;
      event.preventDefault();
      card.focus({ preventScroll: true });
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [store]);
}

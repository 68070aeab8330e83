import { type ReactNode, Suspense, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** What is fetched when it is first wanted, and stays from then on: it may have something to remember, or to fade out. */
export function Later({ wanted, children }: { wanted: boolean; children: ReactNode }) {
  const [met, meet] = useState(wanted);
  if (wanted && !met) meet(true);
  useFocusBack(wanted);
  return met && <Suspense fallback={null}>{children}</Suspense>;
}

/** Gives the focus back to what had it. A dialog that begins open does not know who opened it. */
function useFocusBack(wanted: boolean) {
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (wanted) before.current = document.activeElement;
  }, [wanted]);
  useEffect(() => {
    const from = before.current;
    if (wanted || !(from instanceof HTMLElement)) return;
    const left = document.activeElement;
    const timer = setTimeout(() => {
      const now = document.activeElement;
      // unless somebody has chosen another place meanwhile
      if (now === null || now === document.body || now === left) from.focus({ preventScroll: true });
      before.current = null;
    }, 20);
    return () => clearTimeout(timer);
  }, [wanted]);
}

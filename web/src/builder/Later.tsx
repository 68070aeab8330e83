import { type ReactNode, Suspense, useState } from 'react';

/** What is fetched when it is first wanted, and stays from then on: it may have something to remember, or to fade out. */
export function Later({ wanted, children }: { wanted: boolean; children: ReactNode }) {
  const [met, meet] = useState(wanted);
  if (wanted && !met) meet(true);
  return met && <Suspense fallback={null}>{children}</Suspense>;
}

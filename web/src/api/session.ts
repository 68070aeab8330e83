/** The API key of this browser: for the tab, or, if the user says so, for the device. */
const NAME = 'campaign-flow-key';

let refused = false;

const listeners = new Set<() => void>();
let key = takeFromAddress() ?? sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME);

/** `make serve` prints an address that ends in `#key=...`: a fragment never leaves the browser. */
function takeFromAddress(): string | null {
  const given = new URLSearchParams(window.location.hash.slice(1)).get('key');
  if (given) {
    sessionStorage.setItem(NAME, given);
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  }
  return given;
}

export function currentKey(): string | null {
  return key;
}

export function signIn(given: string, remember: boolean): void {
  sessionStorage.setItem(NAME, given);
  if (remember) localStorage.setItem(NAME, given);
  change(given);
}

/** Whether the last key was given back because the API does not know it. */
export const wasRefused = () => refused;

/** Forget the key: by the user's wish, or because it was refused. */
export function signOut(why: 'wanted' | 'refused' = 'wanted'): void {
  refused = why === 'refused';
  sessionStorage.removeItem(NAME);
  localStorage.removeItem(NAME);
  change(null);
}

export function onKeyChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: string | null): void {
  key = next;
  for (const listener of listeners) listener();
}

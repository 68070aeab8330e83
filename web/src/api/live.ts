import { currentKey, signOut } from './session';

export type LiveState = 'connecting' | 'live' | 'lost';

const AGAIN_MS = 1500;
const SILENCE_MS = 40_000;

/**
 * Follows a stream of server-sent events until `signal` says stop; a lost one is taken up again by itself.
 * Not an EventSource: that one can't send the key.
 */
export async function follow(
  path: string,
  onData: (data: string) => void,
  onState: (state: LiveState) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await read(path, onData, onState, signal);
    } catch {
      // refused, broken off or silent: told below, and tried again
    }
    if (signal.aborted) return;
    onState('lost');
    await new Promise((again) => setTimeout(again, AGAIN_MS));
  }
}

async function read(
  path: string,
  onData: (data: string) => void,
  onState: (state: LiveState) => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController();
  const stop = AbortSignal.any([signal, silence.signal]);
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${currentKey() ?? ''}` }, signal: stop });
  if (answer.status === 401) signOut('refused');
  if (!answer.ok || !answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const events = splitter(onData);
  for (;;) {
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return;
    onState('live');
    events(value);
  }
}

/** Takes a stream's text piece by piece, and hands on the data of each whole event. */
export function splitter(onData: (data: string) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const parts = (rest + piece).split(/\r?\n\r?\n/);
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const lines = part.split(/\r?\n/).filter((line) => line.startsWith('data:'));
      if (lines.length > 0) onData(lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n'));
    }
  };
}

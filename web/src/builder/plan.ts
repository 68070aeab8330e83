import type { Duration, NodeKind } from '@/api/types';
import type { Unit } from './kinds/say';
import { search } from './search';

/** A step to be added: its kind, and how long it waits where that was said. */
export type Planned = { type: NodeKind; lasts: Duration | null };

type Item = { type: NodeKind; name: string; help: string; words: string };

const THEN = /\s*(?:>|→)\s*/;
const LENGTH = /\s*(\d{1,5})\s*(\p{L}+)$/u;

/**
 * What a text in the search for a step means: "wait 3 days" is a wait of that length; "push > wait 2 days > if" are
 * three steps, one behind the other. Null where a part means no step.
 */
export function plan(text: string, items: Item[], unitOf: (word: string) => Unit | null): Planned[] | null {
  const parts = text.split(THEN).filter((part) => part.trim() !== '');
  const steps = parts.map((part) => step(part, items, unitOf));
  return steps.length > 0 && steps.every((each) => each !== null) ? steps : null;
}

function step(text: string, items: Item[], unitOf: (word: string) => Unit | null): Planned | null {
  const whole = search(items, text)[0];
  if (whole) return { type: whole.type, lasts: null };
  const [said, amount, word] = LENGTH.exec(text) ?? [];
  const unit = unitOf(word ?? '');
  if (said === undefined || !unit || !Number(amount)) return null;
  const found = search(items, text.slice(0, -said.length)).find(({ type }) => type === 'wait' || type === 'wait_event');
  const none = { weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0 };
  return found ? { type: found.type, lasts: { ...none, [unit]: Number(amount) } } : null;
}

/** Reads the name of a unit, or its beginning: "2 d", "2 day", "2 days". */
export function unitReader(names: Record<Unit, string>): (word: string) => Unit | null {
  const all = Object.entries(names) as [Unit, string][];
  return (word) => {
    const wanted = word.toLowerCase();
    return all.find(([, name]) => wanted !== '' && name.toLowerCase().startsWith(wanted))?.[0] ?? singular(all, wanted);
  };
}

/** Plurals of other endings ("giorni" for "giorno"): the same but for the last letter. */
const singular = (all: [Unit, string][], wanted: string): Unit | null =>
  wanted.length > 3
    ? (all.find(([, name]) => name.slice(0, -1).toLowerCase() === wanted.slice(0, -1))?.[0] ?? null)
    : null;

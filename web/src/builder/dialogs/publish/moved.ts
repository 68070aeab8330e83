import type { Schemas } from '@/api/types';

type Move = Pick<Schemas['MigrationView'], 'state' | 'told' | 'outstanding'>;
type Words = { text: 'going' | 'done' | 'whenResumed' | 'outstanding'; count: number };

/** What is true of a move: who has moved, and who will. While it is paused, those who wait for the resume come first. */
export function movedWords({ state, told, outstanding }: Move, isPaused: boolean): Words[] {
  const moved = told - outstanding;
  const words: Words[] = [];
  if (state !== 'done') words.push({ text: 'going', count: told });
  if (state === 'done' && (moved > 0 || outstanding === 0)) words.push({ text: 'done', count: moved });
  if (outstanding > 0) words.push({ text: isPaused ? 'whenResumed' : 'outstanding', count: outstanding });
  return words;
}

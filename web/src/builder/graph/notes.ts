import type { Flow, Note } from '@/api/types';
import type { Point } from './edit';

export const NOTE_COLOURS: Note['colour'][] = ['yellow', 'blue', 'green', 'pink'];

export function addNote(flow: Flow, note: Note): Flow {
  return { ...flow, notes: [...flow.notes, note] };
}

export function changeNote(flow: Flow, id: string, part: Partial<Note>): Flow {
  return { ...flow, notes: flow.notes.map((note) => (note.id === id ? { ...note, ...part } : note)) };
}

export function removeNotes(flow: Flow, ids: ReadonlySet<string>): Flow {
  const kept = flow.notes.filter((note) => !ids.has(note.id));
  return kept.length === flow.notes.length ? flow : { ...flow, notes: kept };
}

/** Where notes go when steps are put elsewhere: each keeps its distance to the step that it was nearest to. */
export function notesAlong(flow: Flow, places: ReadonlyMap<string, Point>): Map<string, Point> {
  const found = new Map<string, Point>();
  for (const { id, position = { x: 0, y: 0 } } of flow.notes) {
    const far = (at: Point = { x: 0, y: 0 }) => Math.hypot(at.x - position.x, at.y - position.y);
    const [nearest] = [...flow.nodes].sort((a, b) => far(a.position) - far(b.position));
    const to = nearest && places.get(nearest.id);
    const from = nearest?.position;
    if (to && from) found.set(id, { x: position.x + to.x - from.x, y: position.y + to.y - from.y });
  }
  return found;
}

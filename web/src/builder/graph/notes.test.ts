import { describe, expect, it } from 'vitest';
import type { Note } from '@/api/types';
import { copy, paste } from './clipboard';
import { difference, same } from './diff';
import { moveNodes } from './edit';
import { draw } from './fixtures';
import { merge } from './merge';
import { addNote, changeNote, notesAlong, removeNotes } from './notes';

const note = (id: string, x = 0, y = 0): Note => ({ id, position: { x, y }, text: id, colour: 'yellow' });
const base = () => addNote(draw({ a: 'entry', b: 'end' }, 'a>b'), note('n', 310, -80));

describe('a note', () => {
  it('is written, moved and taken away', () => {
    const written = changeNote(base(), 'n', { text: 'Ask Legal' });
    expect(written.notes[0]?.text).toBe('Ask Legal');
    expect(moveNodes(written, new Map([['n', { x: 5, y: 6 }]])).notes[0]?.position).toEqual({ x: 5, y: 6 });
    expect(removeNotes(written, new Set(['n'])).notes).toEqual([]);
  });

  it('goes with the step that it is nearest to', () => {
    const places = new Map([
      ['a', { x: 0, y: 500 }],
      ['b', { x: 700, y: 100 }],
    ]);
    expect(notesAlong(base(), places)).toEqual(new Map([['n', { x: 710, y: 20 }]]));
  });

  it('is copied under an id of its own', () => {
    const [flow, ids] = paste(base(), copy(base(), ['n']), { x: 10, y: 10 }, () => 'copy');
    expect(flow.notes.map(({ id, position }) => [id, position])).toEqual([
      ['n', { x: 310, y: -80 }],
      ['copy', { x: 320, y: -70 }],
    ]);
    expect(ids).toEqual(['copy']);
  });

  it('is drawing, not meaning', () => {
    const changed = changeNote(base(), 'n', { text: 'x' });
    expect([same(base(), changed), difference(base(), changed).moved]).toEqual([true, true]);
  });

  it('of two people are put together', () => {
    const { flow, conflicts } = merge(base(), addNote(base(), note('mine')), addNote(base(), note('theirs')));
    expect([flow.notes.map(({ id }) => id), conflicts]).toEqual([['n', 'mine', 'theirs'], []]);
  });
});

import { expect, it } from 'vitest';
import { begin, record, redo, undo } from './history';

it('undoes and redoes', () => {
  const written = record(record(begin(1), 2), 3);
  expect(undo(written).present).toBe(2);
  expect(undo(undo(undo(written))).present).toBe(1);
  expect(redo(undo(written))).toMatchObject({ present: 3, future: [] });
  expect(redo(written)).toBe(written);
});

it('takes edits of one field in a row as one', () => {
  const typed = record(record(record(begin('') as ReturnType<typeof begin<string>>, 'a', 'x'), 'ab', 'x'), 'abc', 'x');
  expect(undo(typed).present).toBe('');
  expect(undo(record(typed, 'abcd', 'y')).present).toBe('abc');
});

it('forgets what was undone when something new is done', () => {
  expect(record(undo(record(begin(1), 2)), 5)).toMatchObject({ past: [1], present: 5, future: [] });
});

it('records nothing when nothing changed', () => {
  const start = begin(1);
  expect(record(start, 1)).toBe(start);
});

import { expect, test } from 'vitest';
import {
  blockAt,
  copyBlock,
  emptyDocument,
  insertRow,
  moveTo,
  newBlock,
  newRow,
  placeOf,
  removeBlock,
  step,
} from './model';
import { fromTiptap, toTiptap, wordsOf } from './richText';

const words = { text: 'Hello', button: 'Go' };
const [first, second, third] = ['text', 'button', 'divider'].map((kind) => newBlock(kind as 'text', words));
const ids = (document: ReturnType<typeof emptyDocument>) =>
  document.rows.map((row) => row.columns.map((column) => column.blocks.map(({ id }) => id)));

function drawn() {
  if (!first || !second || !third) throw new Error('no blocks');
  const upper = newRow([100], [first, second]);
  const lower = newRow([50, 50], [third]);
  return {
    document: insertRow(insertRow(emptyDocument('en'), upper, 0), lower, 1),
    a: first.id,
    b: second.id,
    c: third.id,
    lower,
  };
}

test('a block steps through its column, then into the next ones, and stops at the ends', () => {
  const { document, a, b, c } = drawn();
  expect(ids(step(document, a, 1))).toEqual([[[b, a]], [[c], []]]);
  expect(ids(step(document, b, 1))).toEqual([[[a]], [[b, c], []]]);
  expect(ids(step(document, c, 1))).toEqual([[[a, b]], [[], [c]]]);
  expect(step(document, a, -1)).toBe(document);
});

test('a block is moved onto another one, or into an empty column', () => {
  const { document, a, b, c, lower } = drawn();
  expect(ids(moveTo(document, b, a))).toEqual([[[b, a]], [[c], []]]);
  expect(ids(moveTo(document, a, lower.columns[1]?.id ?? ''))).toEqual([[[b]], [[c], [a]]]);
  expect(moveTo(document, a, a)).toBe(document);
});

test('a copy has an id of its own and stands below', () => {
  const { document, a } = drawn();
  const [next, id] = copyBlock(document, a);
  expect(placeOf(next, id)).toEqual([0, 0, 1]);
  expect(blockAt(next, [0, 0, 1])?.type).toBe('text');
  expect(placeOf(removeBlock(next, id), id)).toBeNull();
});

test('a formatted text comes back from the editor as it went', () => {
  const run = (text: string, type?: 'bold') => ({
    type: 'text' as const,
    content: [],
    text,
    marks: type ? [{ type, href: null, color: null }] : [],
    level: null,
    align: null,
    name: null,
    fallback: '',
  });
  const link = { ...run('there'), marks: [{ type: 'link' as const, href: 'https://x.example', color: null }] };
  const token = { ...run(''), type: 'token' as const, text: null, name: 'FirstName', fallback: "l'amico" };
  const heading = {
    ...run(''),
    type: 'heading' as const,
    text: null,
    level: 2,
    align: 'center' as const,
    content: [run('Hi ', 'bold'), token, link],
  };
  const document = { ...run(''), type: 'doc' as const, text: null, content: [heading] };
  expect(fromTiptap(toTiptap(document))).toEqual(document);
  expect(wordsOf(document)).toBe('Hi {FirstName}there');
});

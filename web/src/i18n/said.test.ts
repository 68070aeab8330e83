import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What a reader sees, or has read out, when it stands there as plain text. */
const SHOWN = new Set(['label', 'title', 'placeholder', 'description', 'help', 'alt', 'aria-label', 'note', 'error']);
/** UTC is UTC in every language, and a character's name (`&nbsp;`) is no word. */
const isWords = (text: string) => /\p{L}{2}/u.test(text.replaceAll(/UTC|&\w+;/g, ''));

/** Words in a component's source that no catalogue knows: `file:line words`. */
function untold(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const note = (node: ts.Node, words: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${relative(SOURCE, file)}:${line + 1} ${words.trim()}`);
  };
  function visit(node: ts.Node) {
    if (ts.isJsxText(node) && isWords(node.text)) note(node, node.text);
    if (ts.isJsxAttribute(node) && SHOWN.has(node.name.getText())) {
      const given =
        node.initializer && ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer;
      if (given && ts.isStringLiteralLike(given) && isWords(given.text)) note(node, given.text);
    }
    if (ts.isPropertyAssignment(node) && SHOWN.has(node.name.getText().replaceAll(/['"]/g, ''))) {
      if (ts.isStringLiteralLike(node.initializer) && isWords(node.initializer.text)) note(node, node.initializer.text);
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return found;
}

it('finds words that stand in a component', () => {
  const page = `export const P = () => <Page title="Orders"><b>{t('x')}</b> and more&nbsp;<img alt={'A cat'} src="a.png" />
    <i>&nbsp;</i><T columns={[{ title: 'Name', show }]} /></Page>`;
  expect(untold('page.tsx', page).map((each) => each.replace(/^.*:\d /, ''))).toEqual([
    'Orders',
    'and more&nbsp;',
    'A cat',
    'Name',
  ]);
});

it('says nothing that is not in the catalogues of both languages', () => {
  const files = globSync(join(SOURCE, '**/*.tsx'));
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((file) => untold(file, readFileSync(file, 'utf8')))).toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '..');
/** A mail carries its own look, in its editor too; the types of the API are made. */
const OTHERS = [
  'app/tokens.css',
  'builder/content/starter.ts',
  'emails/Designs.tsx',
  'emails/emails.css',
  'api/schema.ts',
  'api/openapi.json',
];
const COLOUR = /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b(?!-)|\b(?:rgb|hsl)a?\(/i;
const LETTERS = /font-size:\s*[\d.]|fontSize:\s*['"]?[\d.]|font-family:\s*(?!var|inherit)/;

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.(css|tsx?)$/.test(file) && !/\.test\.tsx?$/.test(file) && !OTHERS.includes(file),
);

describe('the tokens', () => {
  it('are found in the sources', () => expect(files.length).toBeGreaterThan(200));

  it('are the one place that names colours and sizes of letters', () => {
    const strays = files.flatMap((file) =>
      readFileSync(join(SOURCE, file), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          COLOUR.test(line) || LETTERS.test(line) ? [`${relative('', file)}:${index + 1}: ${line.trim()}`] : [],
        ),
    );
    expect(strays).toEqual([]);
  });
});

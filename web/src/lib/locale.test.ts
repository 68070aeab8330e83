import { expect, it } from 'vitest';
import { localeOf } from './locale';

it.each([
  ['en', ['it-IT', 'en-GB', 'en'], 'en-GB'],
  ['it', ['en-US'], 'it'],
  ['it', ['it'], 'it'],
  ['en', ['eng-X'], 'en'],
])('%s in a browser of %j is written as %s', (language, wanted, locale) => {
  expect(localeOf(language, wanted)).toBe(locale);
});

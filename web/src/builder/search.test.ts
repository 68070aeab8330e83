import { expect, it } from 'vitest';
import { search } from './search';

const items = [
  { name: 'E-mail', help: 'Send an e-mail' },
  { name: 'The end', help: 'x' },
  { name: 'End', help: 'The journey ends here' },
];
const found = (text: string) => search(items, text).map(({ name }) => name);

it.each([
  ['', ['E-mail', 'The end', 'End']],
  ['end', ['End', 'The end', 'E-mail']],
  [' SEND ', ['E-mail']],
  ['nothing', []],
])('%j finds %j', (text, expected) => expect(found(text)).toEqual(expected));

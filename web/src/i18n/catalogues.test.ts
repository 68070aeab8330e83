import { expect, it } from 'vitest';
import en from './en';
import it_ from './it';

/** Every text's path and the names that it is given. */
function texts(value: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, item] of Object.entries(value)) {
    const at = path ? `${path}.${name}` : name;
    if (typeof item === 'string')
      found.set(
        at,
        [...item.matchAll(/\{\{\s*(\w+)\s*\}\}/g)]
          .map(([, each]) => each)
          .sort()
          .join(),
      );
    else for (const [inner, names] of texts(item as object, at)) found.set(inner, names);
  }
  return found;
}

it('both languages say everything', () => {
  expect([...texts(it_).keys()].sort()).toEqual([...texts(en).keys()].sort());
});

it('and fill in the same names (one thing may do without its number)', () => {
  const italian = texts(it_);
  const wrong = [...texts(en)].filter(([key, names]) => !key.endsWith('_one') && italian.get(key) !== names);
  expect(wrong).toEqual([]);
});

it('the menu calls no two pages the same', () => {
  for (const { nav } of [en.app, it_.app]) {
    const names = Object.values(nav).filter((name) => !name.includes('{{'));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  }
});

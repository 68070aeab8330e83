import { expect, it } from 'vitest';
import { isSlug, slugOf } from './slug';

it.each([
  ['Win-back', 'win-back'],
  ['  Été à Paris!  ', 'ete-a-paris'],
  ['VIP & friends 2026', 'vip-friends-2026'],
  ['***', ''],
  [`${'a'.repeat(59)} b`, 'a'.repeat(59)],
])('%j becomes %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
  if (slug) expect(isSlug(slug)).toBe(true);
});

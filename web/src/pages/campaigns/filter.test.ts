import { expect, it } from 'vitest';
import type { CampaignItem } from '@/api/types';
import { type Filter, labelsOf, NO_FOLDER, passes } from './filter';

const item = (slug: string, folder: string | null, ...tags: string[]) =>
  ({ slug, name: slug.toUpperCase(), state: 'active', status: { kind: 'sent' }, folder, tags }) as CampaignItem;
const ALL = [item('one', '2026', 'Sale', 'vip'), item('two', null, 'vip'), item('three', 'Tests')];

it.each<[Filter, string[]]>([
  [{}, ['one', 'two', 'three']],
  [{ search: ' TW ' }, ['two']],
  [{ search: 'sale' }, ['one']],
  [{ folder: 'Tests' }, ['three']],
  [{ folder: NO_FOLDER }, ['two']],
  [{ tags: ['vip'] }, ['one', 'two']],
  [{ tags: ['vip', 'Sale'] }, ['one']],
  [{ status: 'active' }, []],
  [{ status: 'sent' }, ['one', 'two', 'three']],
])('%j lets through %j', (filter, found) => {
  expect(ALL.filter((each) => passes(each, filter)).map(({ slug }) => slug)).toEqual(found);
});

it('names each folder and tag once', () => {
  expect(labelsOf(ALL)).toEqual({ folders: ['2026', 'Tests'], tags: ['Sale', 'vip'] });
});

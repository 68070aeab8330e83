import { beforeAll, describe, expect, it, vi } from 'vitest';

beforeAll(() => {
  vi.stubGlobal('window', { location: { hash: '', pathname: '/', search: '' } });
  vi.stubGlobal('sessionStorage', { getItem: () => null });
  vi.stubGlobal('localStorage', { getItem: () => null });
});

const STREAM =
  'event: figures\ndata: {"a":1}\n\n: nothing new\n\nevent: figures\ndata: two\ndata: lines\n\ndata: unfinished';

describe('splitter', () => {
  it.each([1, 2, 7, 1000])('reads whole events from pieces of %i characters', async (size) => {
    const { splitter } = await import('./live');
    const seen: string[] = [];
    const take = splitter((data) => seen.push(data));
    for (let at = 0; at < STREAM.length; at += size) take(STREAM.slice(at, at + size));
    expect(seen).toEqual(['{"a":1}', 'two\nlines']);
  });
});

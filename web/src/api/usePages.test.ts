import { expect, it } from 'vitest';
import { everything, MOST_ROWS } from './usePages';

const pages = (count: number) => (page: { cursor?: string; limit: number }) => {
  const number = Number(page.cursor ?? 0);
  const items = Array.from({ length: page.limit }, (_, index) => number * page.limit + index);
  return Promise.resolve({ items, next_cursor: number + 1 < count ? String(number + 1) : null });
};

it('reads every page, in order', async () => {
  expect(await everything(pages(3))).toEqual(Array.from({ length: 600 }, (_, index) => index));
});

it('stops somewhere', async () => {
  expect(await everything(pages(1_000_000))).toHaveLength(MOST_ROWS);
});

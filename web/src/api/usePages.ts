import { useInfiniteQuery } from '@tanstack/react-query';

type PageOf<Item> = { items: Item[]; next_cursor: string | null };
type Read<Item> = (page: { cursor?: string; limit: number }) => Promise<PageOf<Item>>;

const SIZE = 50;
const LARGEST_SIZE = 200;
/** So many rows are taken away at once: more is a matter for the API. */
export const MOST_ROWS = 10_000;

/** A list that is read page by page. */
export function usePages<Item>(
  key: unknown[],
  read: Read<Item>,
  options: { every?: number | false; enabled?: boolean; size?: number } = {},
) {
  const found = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read({ cursor: pageParam, limit: options.size ?? SIZE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: options.every ?? false,
    enabled: options.enabled ?? true,
  });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...found, items, everything: () => everything(read) };
}

/** From the first page to the last, or to MOST_ROWS. */
export async function everything<Item>(read: Read<Item>): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ cursor, limit: LARGEST_SIZE });
    all.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor && all.length < MOST_ROWS);
  return all;
}

import { useInfiniteQuery } from '@tanstack/react-query';

type PageOf<Item> = { items: Item[]; next_cursor: string | null };

/** A list that is read page by page. */
export function usePages<Item>(
  key: unknown[],
  read: (cursor: string | undefined) => Promise<PageOf<Item>>,
  options: { every?: number; enabled?: boolean } = {},
) {
  const found = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: options.every ?? false,
    enabled: options.enabled ?? true,
  });
  return { ...found, items: found.data?.pages.flatMap((page) => page.items) ?? [] };
}

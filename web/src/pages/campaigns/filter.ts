import type { CampaignItem } from '@/api/types';

/** Which campaigns the list shows; what is left out does not narrow. */
export type Filter = {
  search?: string;
  /** What it is doing now, as its badge says. */
  status?: string;
  /** A folder's name; `NO_FOLDER`: those that are in none. */
  folder?: string;
  /** All of them. */
  tags?: string[];
};

/** No folder can have this name: names are trimmed. */
export const NO_FOLDER = ' ';

export function passes(item: CampaignItem, { search, status, folder, tags }: Filter): boolean {
  const wanted = search?.trim().toLowerCase() ?? '';
  return (
    (!status || item.status.kind === status) &&
    (!folder || (item.folder ?? NO_FOLDER) === folder) &&
    (tags ?? []).every((tag) => item.tags.includes(tag)) &&
    [item.name, item.slug, ...item.tags].join(' ').toLowerCase().includes(wanted)
  );
}

/** The folders and tags in use, in alphabetical order. */
export function labelsOf(all: CampaignItem[]): { folders: string[]; tags: string[] } {
  const inOrder = (names: Iterable<string>) => [...new Set(names)].sort((one, other) => one.localeCompare(other));
  return {
    folders: inOrder(all.flatMap(({ folder }) => folder ?? [])),
    tags: inOrder(all.flatMap(({ tags }) => tags)),
  };
}

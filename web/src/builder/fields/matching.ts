import type { ComboboxItem, ComboboxParsedItem } from '@mantine/core';

/** The options that hold every word of a text, in order, within their groups; `limit` of them at most. */
export function matching(options: ComboboxParsedItem[], search: string, limit: number): ComboboxParsedItem[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  let left = limit;
  const fits = ({ label }: ComboboxItem) => {
    const text = label.toLowerCase();
    if (left <= 0 || !words.every((word) => text.includes(word))) return false;
    left -= 1;
    return true;
  };
  return options.flatMap((option): ComboboxParsedItem[] => {
    if (!('group' in option)) return fits(option) ? [option] : [];
    const items = option.items.filter(fits);
    return items.length > 0 ? [{ ...option, items }] : [];
  });
}

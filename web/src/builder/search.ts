type Named = { name: string; help: string };

/** The items that a search means, the best first: by the start of their name, their name, then their help. */
export function search<T extends Named>(items: T[], text: string): T[] {
  const wanted = text.trim().toLowerCase();
  const rank = ({ name, help }: Named) => {
    const at = name.toLowerCase().indexOf(wanted);
    if (at === 0) return 0;
    if (at > 0) return 1;
    return help.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return items
    .map((item) => ({ item, order: wanted === '' ? 0 : rank(item) }))
    .filter(({ order }) => order < 3)
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

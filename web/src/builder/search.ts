type Named = { name: string; help: string; words?: string };

/** The items that a search means, the best first: by the start of their name, other words for it, their name, their help. */
export function search<T extends Named>(items: T[], text: string): T[] {
  const wanted = text.trim().toLowerCase();
  const rank = ({ name, help, words = '' }: Named) => {
    const at = name.toLowerCase().indexOf(wanted);
    if (at === 0) return name.length === wanted.length ? 0 : 1;
    if (` ${words.toLowerCase()}`.includes(` ${wanted}`)) return 2;
    if (at > 0) return 3;
    return help.toLowerCase().includes(wanted) ? 4 : 5;
  };
  return items
    .map((item) => ({ item, order: wanted === '' ? 0 : rank(item) }))
    .filter(({ order }) => order < 5)
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

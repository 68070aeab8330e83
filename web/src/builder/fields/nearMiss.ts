/**
 * The known value that a text is, but for upper and lower case or the spaces around it; null where it is one of them
 * exactly, or like none. Comparisons are exact: who writes "milan" finds nobody in "Milan".
 */
export function nearMiss(text: string, known: readonly unknown[]): string | null {
  const texts = known.filter((each): each is string => typeof each === 'string');
  if (texts.includes(text)) return null;
  const plain = text.trim().toLocaleLowerCase();
  return plain === '' ? null : (texts.find((each) => each.toLocaleLowerCase() === plain) ?? null);
}

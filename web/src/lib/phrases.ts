import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** A phrase is its own key: it holds commas and colons. */
const AS_IT_IS = { ns: 'phrases', keySeparator: '|', nsSeparator: '|' } as const;
const MOVES = /^(.*): (raises it|lowers it)$/;

/**
 * Says what learning found, in the reader's language: the reasons of a score, and names that are phrases after one
 * another ("frequent, high value"). What is no phrase of ours, such as a name that somebody gave, stays as it is.
 */
export function usePhrases(): (text: string) => string {
  const { i18n } = useTranslation('phrases');
  // biome-ignore lint/correctness/useExhaustiveDependencies: i18n is one object for all languages
  return useCallback(
    (text) => {
      const one = (phrase: string) =>
        i18n.exists(`phrases|${phrase}`, AS_IT_IS) ? String(i18n.t(`phrases|${phrase}` as never, AS_IT_IS)) : phrase;
      const [, what, move] = MOVES.exec(text) ?? [];
      if (what && move) return `${one(what)}: ${one(move)}`;
      return text.split(', ').map(one).join(', ');
    },
    [i18n, i18n.language],
  );
}

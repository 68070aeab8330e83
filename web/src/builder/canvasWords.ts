import i18next, { type TFunction } from 'i18next';
import { createContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Words } from './kinds/kind';
import { useWords } from './names';

type CanvasText = Omit<Words, 't'> & { t: TFunction<['kinds', 'app', 'builder']> };

/** The words of all cards and ways of a drawing, looked up once: each asking for itself makes a big drawing slow. */
export const CanvasWords = createContext<CanvasText>({
  t: i18next.t as unknown as CanvasText['t'],
  language: 'en',
  template: () => undefined,
  segment: () => undefined,
});

export function useCanvasWords(): CanvasText {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const words = useWords();
  return useMemo(() => ({ ...words, t }), [words, t]);
}

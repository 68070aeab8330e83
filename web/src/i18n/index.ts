import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type en from './en';

export const LANGUAGES = { en: 'English', it: 'Italiano' } as const;
export type Language = keyof typeof LANGUAGES;
const NAME = 'campaign-flow-language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: typeof en;
  }
}

const load: Record<Language, () => Promise<{ default: Record<string, object> }>> = {
  en: () => import('./en'),
  it: () => import('./it'),
};

function preferred(): Language {
  const wanted = localStorage.getItem(NAME) ?? navigator.language.slice(0, 2);
  return wanted in LANGUAGES ? (wanted as Language) : 'en';
}

async function add(language: Language): Promise<void> {
  const { default: catalogues } = await load[language]();
  for (const [namespace, texts] of Object.entries(catalogues)) i18next.addResourceBundle(language, namespace, texts);
}

/** Ready when the texts of the user's language are there. */
export async function startTexts(): Promise<void> {
  const language = preferred();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'app',
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await add(language);
  document.documentElement.lang = language;
}

export async function speak(language: Language): Promise<void> {
  await add(language);
  localStorage.setItem(NAME, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

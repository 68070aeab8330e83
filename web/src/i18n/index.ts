import i18next, { type BackendModule } from 'i18next';
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

type Catalogues = () => Promise<{ default: Record<string, object> }>;

/** Two parts of each language: what everybody reads at first, and the rest. A namespace is fetched with its part. */
const PARTS: Record<Language, [Catalogues, Catalogues]> = {
  en: [() => import('./en/first'), () => import('./en/further')],
  it: [() => import('./it/first'), () => import('./it/further')],
};

async function read(language: Language, namespace: string): Promise<object> {
  for (const part of PARTS[language]) {
    const { default: catalogues } = await part();
    const texts = catalogues[namespace];
    if (texts) return texts;
  }
  throw new Error(`no texts are called ${namespace}`);
}

const FILES: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language, namespace, done) =>
    read(language as Language, namespace).then(
      (texts) => done(null, texts as never),
      (error: Error) => done(error, true),
    ),
};

function preferred(): Language {
  const wanted = localStorage.getItem(NAME) ?? navigator.language.slice(0, 2);
  return wanted in LANGUAGES ? (wanted as Language) : 'en';
}

/** Ready when the first texts of the user's language are there; components wait for those that they name. */
export async function startTexts(): Promise<void> {
  const language = preferred();
  const [load] = PARTS[language];
  const { default: first } = await load();
  await i18next
    .use(FILES)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: false,
      ns: Object.keys(first),
      defaultNS: 'app',
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  document.documentElement.lang = language;
}

export async function speak(language: Language): Promise<void> {
  localStorage.setItem(NAME, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

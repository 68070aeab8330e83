import { useTranslation } from 'react-i18next';

const UPLIFT = /^uplift_/;

/** What scores, features and figures are called; one that the catalogue does not know by its own name. */
export function useIntelligenceWords() {
  const { t, i18n } = useTranslation('intelligence');
  const say = (path: string, name: string) => {
    const found: unknown = i18n.getResource(i18n.resolvedLanguage ?? 'en', 'intelligence', `${path}.${name}`);
    return typeof found === 'string' ? found : name;
  };
  return {
    score: (name: string) => (UPLIFT.test(name) ? t('scores.uplift') : say('scores', name)),
    feature: (name: string) => say('features', name),
    metric: (name: string) => say('metrics', name),
    beside: (name: string) => say('card.beside', name),
    kind: (name: string) => say('kind', name),
    state: (name: string) => say('state', name),
  };
}

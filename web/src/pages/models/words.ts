import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns } from '@/api/campaigns';

/** With the beginning of the campaign's id. */
const UPLIFT = /^uplift_([0-9a-f]+)$/;

/** What scores, features and figures are called; one that the catalogue does not know by its own name. */
export function useIntelligenceWords() {
  const { t, i18n } = useTranslation('intelligence');
  const say = (path: string, name: string) => {
    const found: unknown = i18n.getResource(i18n.language, 'intelligence', `${path}.${name}`);
    return typeof found === 'string' ? found : name;
  };
  const drawn = useQuery(campaigns.list()).data?.items;
  function score(name: string): string {
    const [, id] = UPLIFT.exec(name) ?? [];
    if (!id) return say('scores', name);
    const campaign = drawn?.find((each) => each.id.replaceAll('-', '').startsWith(id));
    return campaign ? t('scores.upliftOf', { campaign: campaign.name }) : t('scores.uplift');
  }
  return {
    score,
    feature: (name: string) => say('features', name),
    metric: (name: string) => say('metrics', name),
    beside: (name: string) => say('card.beside', name),
    kind: (name: string) => say('kind', name),
    state: (name: string) => say('state', name),
  };
}

import { useTranslation } from 'react-i18next';

/** What people call a property of a profile: its own name in the app's words, or its key made readable. */
export function usePropertyNames(): (path: string) => string {
  const { t, i18n } = useTranslation('conditions');
  return (path) =>
    i18n.exists(`conditions:names.${keyOf(path)}`) ? t(`names.${keyOf(path) as 'city'}`) : readable(path);
}

/** Fields and what is computed have names of ours; an attribute is the shop's, whatever it is called. */
const keyOf = (path: string) => (path.startsWith('attributes.') ? 'none' : path.replace(/^traits\./, 'trait_'));

/** "loyalty_tier" and "loyaltyTier" are "Loyalty tier". */
export function readable(path: string): string {
  const words = path
    .replace(/^(attributes|traits)\./, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_.-]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

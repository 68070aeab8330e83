const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const LONGEST_LIST = 5;

/** Any JSON value as people read it: moments in their language, lists and objects short. */
export function words(value: unknown, language: string): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return value.toLocaleString(language, { maximumFractionDigits: 2 });
  if (typeof value === 'boolean') return value ? '✓' : '✗';
  if (typeof value === 'string') {
    return INSTANT.test(value)
      ? new Date(value).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })
      : value;
  }
  if (Array.isArray(value)) {
    const shown = value.slice(0, LONGEST_LIST).map((each) => words(each, language));
    return shown.join(', ') + (value.length > LONGEST_LIST ? ` +${value.length - LONGEST_LIST}` : '');
  }
  return Object.entries(value as object)
    .slice(0, LONGEST_LIST)
    .map(([name, each]) => (name === 'name' ? words(each, language) : `${name}: ${words(each, language)}`))
    .join(', ');
}

const MONEY = new Set(['revenue', 'average_order', 'revenue_30d', 'revenue_90d', 'revenue_365d']);

/** A computed property as people read it: amounts with their currency, those in others beside it. */
export function traitWords(name: string, value: unknown, traits: Record<string, unknown>, language: string): string {
  const money = (amount: unknown, currency: unknown) =>
    typeof amount === 'number' && typeof currency === 'string'
      ? new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount)
      : words(amount, language);
  if (MONEY.has(name)) return money(value, traits.revenue_currency);
  if (name !== 'other_revenue' || value === null || typeof value !== 'object') return words(value, language);
  return Object.entries(value as Record<string, { orders: number; revenue: number }>)
    .map(([currency, { orders, revenue }]) => `${money(revenue, currency)} (${orders})`)
    .join(', ');
}

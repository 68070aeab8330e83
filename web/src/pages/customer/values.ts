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

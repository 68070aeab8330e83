import i18next from 'i18next';
import { ApiError } from '@/api/client';

/** What kind of thing went wrong, in the user's language; the API's own words about it are `error.message`. */
export function problemTitle(error: Error): string {
  const code = error instanceof ApiError ? error.code : '';
  return i18next.exists(`problem.codes.${code}`)
    ? i18next.t(`problem.codes.${code as 'conflict'}`)
    : i18next.t('problem.title');
}

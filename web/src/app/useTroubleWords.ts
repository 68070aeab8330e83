import { useTranslation } from 'react-i18next';
import type { Trouble } from '@/api/status';
import { localeOf } from '@/lib/locale';
import { useAge } from '@/lib/useAge';

const DAY_S = 86_400;
const NAMES: Record<string, string> = {
  sendgrid: 'SendGrid',
  twilio: 'Twilio',
  fcm: 'Firebase',
  mailchimp: 'Mailchimp',
};

/** A provider's name as it writes it itself. */
export const providerName = (name: string) => NAMES[name] ?? name;

/** What is wrong, in words: "SendGrid refuses our key or account since 10:42". */
export function useTroubleWords(): (trouble: Trouble) => string {
  const { t, i18n } = useTranslation('status');
  const age = useAge();
  return ({ code, subject, seconds, count }) => {
    const length = seconds ?? 0;
    const at = new Date(Date.now() - length * 1000);
    const style =
      length < DAY_S ? ({ timeStyle: 'short' } as const) : ({ dateStyle: 'medium', timeStyle: 'short' } as const);
    return t(`trouble.${code}`, {
      subject: subject && code.startsWith('provider_') ? providerName(subject) : (subject ?? ''),
      length: age(length),
      count: count ?? 0,
      since: at.toLocaleString(localeOf(i18n.language), style),
    });
  };
}

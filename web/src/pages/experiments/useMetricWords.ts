import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Metric } from '@/api/experiments';
import { shop } from '@/api/shop';
import { useFormat } from '@/lib/useFormat';

/** Events of messages that have words of their own. */
export const KNOWN = [
  'message_opened',
  'message_clicked',
  'message_unsubscribed',
  'message_complained',
  'message_bounced',
  'message_replied',
  'message_delivered',
  'Order Completed',
  'Order Refunded',
] as const;
type Known = (typeof KNOWN)[number];
const isKnown = (event: string): event is Known => (KNOWN as readonly string[]).includes(event);

const POINTS = 100;

/** A metric's name, its values and differences in words. */
export function useMetricWords() {
  const { t, i18n } = useTranslation('experiments');
  const format = useFormat();
  const currency = useQuery(shop.settings()).data?.currency ?? null;
  const event = (name: string) => (isKnown(name) ? t(`event.${name}`) : name);
  const signed = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2, signDisplay: 'exceptZero' });
  const value = (metric: Metric, mean: number) => {
    if (metric.value === 'any') return format.percent(mean);
    return metric.value === 'revenue' ? format.price(mean, currency) : format.decimal(mean);
  };
  const shown = (metric: Metric, by: number) =>
    metric.value === 'any' ? signed.format(by * POINTS) : signed.format(by);
  return {
    event,
    name: (metric: Metric) => t(`metric.${metric.value ?? 'any'}`, { event: event(metric.event) }),
    value,
    /** "+1.9 points", "+0.4", "+€2.10". */
    effect: (metric: Metric, by: number) => {
      if (metric.value === 'any') return t('points', { number: shown(metric, by) });
      if (metric.value !== 'revenue') return shown(metric, by);
      return `${by > 0 ? '+' : ''}${format.price(by, currency)}`;
    },
    /** The same without its unit, for the ends of an interval. */
    bare: (metric: Metric, by: number) => (metric.value === 'revenue' ? format.price(by, currency) : shown(metric, by)),
  };
}

import type { FlowNode } from '@/api/types';

/** The marketer's tokens of rendering/context.py. */
export const TOKENS = [
  'FirstName',
  'LastName',
  'LastPurchasedProduct',
  'LastOrderDate',
  'PreferredBrand',
  'PurchaseFrequency',
  'BrowsingHistory',
  'RecommendedProducts',
] as const;

export const FIELDS = [
  'customer.city',
  'customer.email',
  'order.order_id',
  'order.revenue',
  'campaign.name',
  'unsubscribe_url',
  'confirmation_url',
] as const;

/** Always known: no fallback is needed. */
const SURE = new Set(['campaign.name', 'unsubscribe_url', 'confirmation_url']);

export const needsFallback = (name: string) => !SURE.has(name) && !name.startsWith('coupon.');

/** Liquid for a token, with what is said when the value is not known. */
export function tokenOf(name: string, fallback: string): string {
  if (!needsFallback(name) || fallback === '') return `{{ ${name} }}`;
  const quote = fallback.includes("'") ? '"' : "'";
  return `{{ ${name} | default: ${quote}${fallback.replaceAll(quote, '')}${quote} }}`;
}

/** Tokens that only this campaign has: its coupons. */
export function couponTokens(nodes: FlowNode[]): string[] {
  const prefixes = nodes.flatMap((node) => (node.type === 'coupon' ? [node.data.prefix] : []));
  return [...new Set(prefixes)].map((prefix) => `coupon.${prefix}`);
}

/** The text with `token` in place of the selection, and where the cursor goes. */
export function insertAt(text: string, token: string, start: number, end: number): [string, number] {
  return [text.slice(0, start) + token + text.slice(end), start + token.length];
}

import { useState } from 'react';
import type { Schemas } from '@/api/types';

export type Line = { product: string; category: string; quantity: number; price: number };
export type Cart = {
  currency: string;
  lines: Line[];
  /** Minor units. */
  shipping: number;
  city: string;
  shop: string;
  channel: string;
  customer: string | null;
  codes: string[];
  drafts: string[];
  /** A local time of day; empty for now. */
  at: string;
  firstOrder: boolean;
};
export type Change = (part: Partial<Cart>) => void;

export const NEW_LINE: Line = { product: 'shoes', category: '', quantity: 1, price: 5_000 };

export function useCart(currency: string): [Cart, Change] {
  const [cart, setCart] = useState<Cart>({
    currency,
    lines: [NEW_LINE],
    shipping: 490,
    city: '',
    shop: '',
    channel: '',
    customer: null,
    codes: [],
    drafts: [],
    at: '',
    firstOrder: false,
  });
  return [cart, (part) => setCart((before) => ({ ...before, ...part }))];
}

/** What the API is asked. */
export function bodyOf(cart: Cart): Schemas['SimulateBody'] {
  return {
    cart: {
      currency: cart.currency,
      lines: cart.lines.map(({ product, category, quantity, price }, at) => ({
        id: String(at + 1),
        product: product.trim() || String(at + 1),
        quantity,
        unit_price: price,
        categories: category.trim() ? [category.trim()] : [],
      })),
      shipping: cart.shipping,
      city: cart.city.trim() || null,
      shop: cart.shop.trim() || null,
      channel: cart.channel.trim() || null,
      first_order: cart.firstOrder,
    },
    customer: cart.customer,
    codes: cart.codes,
    promotions: cart.drafts,
    at: cart.at ? new Date(cart.at).toISOString() : null,
  };
}

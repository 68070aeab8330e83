import { expect, it } from 'vitest';
import { readable } from './propertyNames';

it.each([
  ['attributes.loyalty_tier', 'Loyalty tier'],
  ['attributes.loyaltyTier', 'Loyalty tier'],
  ['traits.engagement.email.opened', 'Engagement email opened'],
  ['city', 'City'],
])('%s is read as %s', (path, name) => expect(readable(path)).toBe(name));

import type { PropertyTest } from '@/api/types';

export type Value = PropertyTest['value'];

const REFERENCE = /^\{\{\s*((?:trigger|coupon)\.[A-Za-z0-9_.-]+)\s*\}\}$/;

/** What a person types for a value: numbers and true/false are those, "quoted" is a text, {{trigger.x}} a reference. */
export function parseValue(text: string): NonNullable<Value> {
  const trimmed = text.trim();
  const reference = REFERENCE.exec(trimmed)?.[1];
  if (reference) return { ref: reference };
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  if (trimmed !== '' && Number.isFinite(Number(trimmed)) && !/^0\d|^\+/.test(trimmed)) return Number(trimmed);
  return /^".*"$/s.test(trimmed) ? trimmed.slice(1, -1) : text;
}

/** The text that `parseValue` reads as this value. */
export function showValue(value: Value): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object' && !Array.isArray(value)) return `{{ ${value.ref} }}`;
  if (Array.isArray(value)) return value.map((each) => showValue(each)).join(', ');
  if (typeof value !== 'string') return String(value);
  return parseValue(value) === value ? value : `"${value}"`;
}

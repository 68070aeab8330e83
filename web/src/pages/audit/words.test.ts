import { expect, it } from 'vitest';
import { actionOf } from './words';

const changed = (kind: string, before: object, after: object) => ({ action: 'changed', kind, before, after }) as never;

it.each([
  [changed('campaign', { state: 'active' }, { state: 'paused' }), 'paused'],
  [changed('campaign', { state: 'paused' }, { state: 'active' }), 'resumed'],
  [changed('campaign', { state: 'draft' }, { state: 'active' }), 'activated'],
  [changed('campaign', { state: 'active' }, { state: 'stopped' }), 'stopped'],
  [changed('campaign', { name: 'A' }, { name: 'B' }), 'changed'],
  [changed('segment', { state: 'active' }, { state: 'paused' }), 'changed'],
])('a change of state is called what it is', (entry, expected) => expect(actionOf(entry)).toBe(expected));

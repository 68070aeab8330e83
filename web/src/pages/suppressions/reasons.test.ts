import { expect, it } from 'vitest';
import { isTheirWord, REASONS, reasonOf } from './reasons';

it.each([...REASONS])('%s is known by its name', (reason) => expect(reasonOf(reason)).toBe(reason));

it('what is not known is another reason', () => expect(reasonOf('spam_trap')).toBe('other'));

it('tells what the owner of the address said from what happened to it', () =>
  expect(REASONS.filter(isTheirWord)).toEqual(['complaint', 'stop']));

import { describe, expect, it } from 'vitest';
import { ALL_KINDS } from '../kinds';
import { draw, make } from './fixtures';
import { mayAdd, refusal } from './legal';
import { mainPort, newId, ports } from './model';

describe('ports', () => {
  it.each([
    ['entry', ['next']],
    ['send_email', ['next', 'not_sent']],
    ['http_call', ['next', 'failed']],
    ['check', ['opened', 'else']],
    ['wait_event', ['bought', 'timeout']],
    ['channel_split', ['push', 'email', 'sms', 'none']],
    ['random_split', ['a', 'b']],
    ['end', []],
  ] as const)('of a %s', (type, expected) => expect(ports(make(type, 'n'))).toEqual(expected));

  it.each(ALL_KINDS)('hold the main one of a %s', (type) => {
    const node = make(type, 'n');
    const main = mainPort(node);
    expect(main === null ? type === 'end' : ports(node).includes(main)).toBe(true);
  });
});

describe('connections', () => {
  const flow = draw({ a: 'entry', b: 'wait', c: 'end' }, 'a>b');

  it.each([
    ['b', 'next', 'c', null],
    ['b', 'next', 'b', 'itself'],
    ['b', 'next', 'a', 'entry'],
    ['b', 'else', 'c', 'unknown'],
    ['c', 'next', 'b', 'unknown'],
    ['b', 'next', 'nowhere', 'unknown'],
  ] as const)('%s.%s to %s: %s', (source, port, target, expected) =>
    expect(refusal(flow, source, port, target)).toBe(expected),
  );

  it('allow one entry', () => {
    expect([mayAdd(flow, 'entry'), mayAdd(flow, 'wait')]).toEqual([false, true]);
  });
});

it('ids are names that the API takes, and all different', () => {
  const made = Array.from({ length: 100 }, () => newId('send_email'));
  expect(new Set(made).size).toBe(100);
  for (const id of made) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
});

import { expect, it } from 'vitest';
import { plan, unitReader } from './plan';

const ITEMS = [
  { type: 'send_push' as const, name: 'Push', help: '', words: 'notification' },
  { type: 'wait' as const, name: 'Wait', help: '', words: 'delay pause' },
  { type: 'wait_event' as const, name: 'Wait for event', help: '', words: 'wait until' },
  { type: 'check' as const, name: 'Conditional split', help: '', words: 'check if yes/no' },
];
const units = unitReader({ seconds: 'seconds', minutes: 'minutes', hours: 'hours', days: 'days', weeks: 'weeks' });
const kinds = (text: string) => plan(text, ITEMS, units)?.map(({ type }) => type);

it.each([
  ['if', ['check']],
  ['Check', ['check']],
  ['wait until', ['wait_event']],
  ['push > wait 2 days > if', ['send_push', 'wait', 'check']],
  ['push > ', ['send_push']],
  ['nothing', undefined],
  ['push > nothing', undefined],
  ['', undefined],
  ['push 3 days', undefined],
])('"%s"', (text, expected) => expect(kinds(text)).toEqual(expected));

it.each([
  ['wait 3 days', { days: 3 }],
  ['delay 2h', { hours: 2 }],
  ['wait until 10 day', { days: 10 }],
  ['wait', null],
])('how long: "%s"', (text, expected) => {
  const lasts = plan(text, ITEMS, units)?.[0]?.lasts;
  if (expected) expect(lasts).toMatchObject(expected);
  else expect(lasts).toBeNull();
});

it('knows Italian plurals', () => {
  const italian = unitReader({
    seconds: 'secondi',
    minutes: 'minuti',
    hours: 'ore',
    days: 'giorni',
    weeks: 'settimane',
  });
  expect([italian('giorno'), italian('ora'), italian('xx')]).toEqual(['days', null, null]);
});

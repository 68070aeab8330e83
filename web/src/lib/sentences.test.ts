import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import english from '@/i18n/en';
import italian from '@/i18n/it';
import { type Said, saySentence } from './sentences';

beforeAll(() =>
  i18next.init({ lng: 'it', resources: { it: italian, en: english }, interpolation: { escapeValue: false } }),
);

const of = (code: string, params: Said['params'] = {}): Said => ({ code, params });
const say = (said: Said, titles?: (id: string) => string | undefined) => saySentence(said, i18next, titles);

it('says what a journey waits for, by the Italian clock', () => {
  const until = of('until', { moment: { at: '2026-11-23T19:30:00+00:00', zone: 'Europe/Rome', year: false } });
  expect(say(until)).toMatch(/^fino a lunedì 23 novembre.* 20:30, Europe\/Rome$/);
  const year = of('until', { moment: { at: '2027-01-04T08:00:00+00:00', zone: 'Europe/Rome', year: true } });
  expect(say(year)).toContain('2027');
});

it('says lengths, shares, numbers and lists as Italians write them', () => {
  expect(say(of('cap_in', { length: { length: { days: 2, hours: 1 } } }))).toBe('in 2 giorni 1 ora');
  expect(say(of('opened_of', { answered: 1, sent: 12, expected: { share: 0.126 } }))).toBe(
    'aperti 1 su 12, atteso 13%',
  );
  expect(say(of('found_times', { times: 12000, moment: of('as_written', { words: '–' }) }))).toMatch(/^12\.000 volte/);
  const events = (...list: string[]) => of('waiting_for', { events: { list, by: 'choice' } });
  expect(say(events('A'))).toBe('in attesa di A');
  expect(say(events('A', 'B', 'C'))).toBe('in attesa di A, B o C');
  expect(say(of('none_in_time', { events: { list: ['A', 'B'], by: 'nor' } }))).toBe('nessun A né B in tempo');
});

it('says a condition part by part, and steps by their titles', () => {
  const window = of('window_since_step', { step: { step: 'n1' } });
  const parts = { event: 'Signed In', where: '', times: '', total: '', window };
  expect(say(of('event_fails', parts), (id) => (id === 'n1' ? 'Saluto' : undefined))).toBe(
    'non ha fatto Signed In dal passo “Saluto”',
  );
  expect(say(of('event_fails', parts))).toContain('“n1”');
});

it('takes names as they are written', () => {
  expect(say(of('did_event', { event: '{{moment}} $t(until) <b>' }))).toBe('ha fatto {{moment}} $t(until) <b>');
});

it('leaves a sentence that it does not know wholly to the words beside it', () => {
  expect(say(of('of_tomorrow'))).toBeNull();
  expect(say(of('not_sent', { why: of('of_tomorrow') }))).toBeNull();
  expect(say(of('joined', { parts: { list: [of('of_tomorrow')], by: 'and' } }))).toBeNull();
});

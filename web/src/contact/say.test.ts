import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import en from '@/i18n/en';
import italian from '@/i18n/it';
import { type Cap, of, type Policy } from './policy';
import { type ContactText, sayCap, sayLength, sayPolicy, sayQuiet } from './say';

function speaking(lng: string): ContactText {
  const instance = i18next.createInstance();
  instance.init({ lng, fallbackLng: false, initAsync: false, defaultNS: 'app', resources: { en, it: italian } });
  return instance.t as unknown as ContactText;
}

const t = speaking('en');
const cap = (part: Partial<Cap>): Cap => ({ channel: null, per: 'day', window: null, limit: 2, ...part });
const lines = (policy: Policy, words = t) => sayPolicy(policy, words).map((line) => line.text);

it.each([
  [of({ hours: 4 }), '4 hours'],
  [of({ hours: 36 }), '1 day 12 hours'],
  [of({ days: 1.5 }), '1 day 12 hours'],
  [of({ seconds: 90 }), '1 minute 30 seconds'],
  [of({ weeks: 1 }), '1 week'],
  [of({ days: 30 }), '30 days'],
])('a length is said in its largest units: %j', (length, words) => expect(sayLength(length, t)).toBe(words));

it.each<[Partial<Cap>, string]>([
  [{}, 'All channels together: at most 2 messages a day.'],
  [{ channel: 'email', limit: 1 }, 'E-mail: at most 1 message a day.'],
  [{ channel: 'sms', per: 'week' }, 'SMS: at most 2 messages a week, from Monday to Sunday.'],
  [{ per: 'rolling', window: of({ days: 3 }) }, 'All channels together: at most 2 messages in any 3 days.'],
  [{ channel: 'push', limit: 0 }, 'Push: no marketing message at all.'],
  [{ channel: 'in_app', limit: null }, 'In-app: no limit a day.'],
])('the cap %j is said back', (part, words) => expect(sayCap(cap(part), t)).toBe(words));

it.each([
  ['21:00:00', '08:00:00', 'the next morning,'],
  ['12:00:00', '14:00:00', 'from 12:00 to 14:00, in'],
])('quiet from %s to %s says when it ends', (start, end, part) => expect(sayQuiet({ start, end }, t)).toContain(part));

describe('a policy', () => {
  it('that limits nothing says so', () => {
    expect(lines({ soft_bounces: null })).toEqual([
      'On every channel, customers get marketing until they unsubscribe.',
      'As many messages as the campaigns want to send.',
      'At any hour of the day.',
      'An address is never given up for soft bounces.',
    ]);
  });

  it('says each limit once, the longer cool-down worked out', () => {
    const policy: Policy = {
      caps: [cap({}), cap({ channel: 'sms', limit: 0 })],
      quiet_hours: { start: '21:00:00', end: '08:00:00' },
      cooldown: of({ hours: 4 }),
      fatigue: { unopened: 5, within: of({ days: 30 }), factor: 1.5 },
      priority_hold: of({ days: 1 }),
      soft_bounces: 3,
      opt_in_channels: ['email', 'sms'],
    };
    expect(lines(policy)).toEqual([
      'Marketing by E-mail, SMS goes to subscribed customers only.',
      'All channels together: at most 2 messages a day.',
      'SMS: no marketing message at all.',
      "No message is sent from 21:00 to 08:00 the next morning, in the customer's time zone.",
      'At least 4 hours between any two messages.',
      'Who opened none of their last 5 messages, all sent within 30 days, rests 1.5 times as long: 6 hours.',
      'The last message of a cap is kept for a more urgent campaign that needs it within 1 day.',
      'An address is given up after 3 soft bounces in a row.',
    ]);
    expect(
      sayPolicy(policy, t)
        .filter((line) => line.shuts)
        .map((line) => line.key),
    ).toEqual(['cap1']);
  });

  it('of caps without a limit is as good as none: nothing to yield either', () => {
    const said = lines({ caps: [cap({ limit: null })], priority_hold: of({ days: 1 }), soft_bounces: 5 });
    expect(said).toContain('As many messages as the campaigns want to send.');
    expect(said.join()).not.toContain('more urgent');
  });

  it('says it in Italian', () => {
    expect(lines({ caps: [cap({ channel: 'email', limit: 1 })], soft_bounces: 1 }, speaking('it'))).toEqual([
      'Su ogni canale i clienti ricevono marketing finché non si disiscrivono.',
      'E-mail: al massimo 1 messaggio al giorno.',
      'A qualsiasi ora del giorno.',
      'Un indirizzo viene abbandonato dopo 1 respinta temporanea.',
    ]);
  });
});

import { expect, it } from 'vitest';
import type { Content } from '@/api/types';
import en from '@/i18n/en';
import italian from '@/i18n/it';
import { isUnfinished, type StarterKey, starter } from './starter';

const say = (key: StarterKey) => en.builder.starter[key];
const CHANNELS = ['email', 'sms', 'push', 'in_app'] as const;

it.each(CHANNELS)('knows a new %s whose text nobody has written', (channel) => {
  expect(isUnfinished(starter(channel, say), say)).toBe(true);
});

it.each(['sms', 'push', 'in_app'] as const)('lets a written %s pass', (channel) => {
  expect(isUnfinished({ ...starter(channel, say), body: 'Ten per cent off today' } as Content, say)).toBe(false);
});

it('asks for the text and for the link of an e-mail', () => {
  const mail = starter('email', say) as Extract<Content, { channel: 'email' }>;
  const written = { ...mail, mjml: mail.mjml?.replace(say('text'), 'Ten per cent off today') ?? '' };
  expect(isUnfinished(written, say)).toBe(true);
  expect(
    isUnfinished({ ...written, mjml: written.mjml.replace('https://shop.example', 'https://a.example') }, say),
  ).toBe(false);
});

it('knows an e-mail that was begun in another language', () => {
  const begun = starter('email', (key) => italian.builder.starter[key]);
  expect(isUnfinished(begun, say)).toBe(true);
});

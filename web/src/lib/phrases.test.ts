import i18next from 'i18next';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { initReactI18next } from 'react-i18next';
import { expect, it } from 'vitest';
import italian from '@/i18n/it/phrases.json';
import { usePhrases } from './phrases';

async function inItalian(text: string): Promise<string> {
  await i18next.use(initReactI18next).init({ lng: 'it', resources: { it: { phrases: italian } } });
  const Said = () => usePhrases()(text);
  return renderToString(createElement(Said));
}

it.each([
  ['frequent, high value', 'frequente, alto valore'],
  ['lapsing: overdue by their own rhythm: raises it', 'in allontanamento: in ritardo sul proprio ritmo: lo alza'],
  ['VIPs of Milan, frequent', 'VIPs of Milan, frequente'],
])('says %s', async (text, said) => expect(await inItalian(text)).toBe(said));

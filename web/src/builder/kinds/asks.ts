import type { Condition } from '@/api/types';
import type { Words } from './kind';
import { bare } from './say';

/** A condition in a few words, for a card; the form says all of it. */
export function asks(condition: Condition, words: Words): string {
  const { t, segment } = words;
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const parts = (condition.of ?? []).map((each) => asks(each, words));
      return parts.join(t(condition.kind === 'all' ? 'kinds:asks.and' : 'kinds:asks.or')) || t('kinds:asks.anyone');
    }
    case 'not':
      return asksNot(condition.condition, words);
    case 'event':
      return t('kinds:asks.did', { event: condition.event });
    case 'attribute': {
      const value = Array.isArray(condition.value) ? condition.value.join(', ') : String(condition.value ?? '');
      const op = SIGNS[condition.op] ?? condition.op.replaceAll('_', ' ');
      return t('kinds:asks.attribute', {
        name: bare(condition.name),
        op,
        value: value.includes('[object') ? '…' : value,
      });
    }
    case 'engagement':
      return t('kinds:asks.message', { action: t(`app:messageAction.${condition.action}`) });
    case 'segment':
      return t('kinds:asks.segment', { name: segment(condition.segment_id) ?? t('kinds:describe.missing') });
    case 'tag':
      return t('kinds:asks.tag', { tag: condition.tag });
    case 'sequence':
      // biome-ignore lint/suspicious/noThenProperty: the name of a field of the API; nothing awaits it
      return t('kinds:asks.sequence', { first: condition.first, then: condition.then });
    case 'percentile':
      return t(`kinds:asks.${condition.of}`, { name: bare(condition.name), percent: condition.percent });
    case 'score':
      return t('kinds:asks.score', { score: condition.score });
    case 'trigger':
      return t('kinds:asks.trigger');
    case 'random':
      return t('kinds:asks.random', { percent: condition.percent });
    case 'date':
      return t('kinds:asks.date', { name: bare(condition.name) });
  }
}

function asksNot(condition: Condition, words: Words): string {
  const { t, segment } = words;
  switch (condition.kind) {
    case 'event':
      return t('kinds:asks.didNot', { event: condition.event });
    case 'engagement':
      return t('kinds:asks.notMessage', { action: t(`app:messageAction.${condition.action}`) });
    case 'segment':
      return t('kinds:asks.notSegment', { name: segment(condition.segment_id) ?? t('kinds:describe.missing') });
    case 'tag':
      return t('kinds:asks.notTag', { tag: condition.tag });
    default:
      return t('kinds:asks.not', { condition: asks(condition, words) });
  }
}

const SIGNS: Partial<Record<string, string>> = { eq: '=', ne: '≠', gt: '>', gte: '≥', lt: '<', lte: '≤' };

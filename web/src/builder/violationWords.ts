import type { i18n } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Channel, FlowNode, Schemas, Violation } from '@/api/types';
import { titleOf } from './kinds';
import type { KindText } from './kinds/kind';
import { portLabel } from './kinds/portLabel';
import { withTitles } from './kinds/withTitles';
import { useFlow } from './store';

type Names = Partial<Record<Exclude<keyof Schemas['Params'], 'place'>, string>>;

export function useViolationWords(): (violation: Violation) => string {
  const { i18n } = useTranslation(['violations', 'kinds', 'app']);
  const { nodes } = useFlow();
  return (violation) => sayViolation(violation, nodes, i18n);
}

/** What a violation says in the user's language; a sentence that this app does not know, as the API says it. */
export function sayViolation({ sentence, params, message }: Violation, nodes: FlowNode[], texts: i18n): string {
  const t = texts.getFixedT(null, 'violations');
  const kindText = texts.getFixedT(null, ['kinds', 'app']) as unknown as KindText;
  if (!texts.exists(`violations:sentences.${sentence}`)) return withTitles(message, nodes, kindText);
  const names = { ...named(params, nodes, kindText), ...(params.field && { field: fieldName(params.field, texts) }) };
  const said = t(`sentences.${sentence as 'entry_missing'}`, names);
  return params.place ? t('behind', { place: t(`places.${params.place}`, names), sentence: said }) : said;
}

/** A content's field as its form calls it; `data.x` and a request's headers have no other name. */
function fieldName(field: string, texts: i18n): string {
  return texts.exists(`fields:${field}`) ? texts.t(`fields:${field as 'subject'}`) : field;
}

/** The values as people know them: steps, ways and channels by their names. */
function named(params: Schemas['Params'], nodes: FlowNode[], t: KindText): Names {
  const found = (id?: string) => nodes.find((node) => node.id === id);
  const title = (id: string) => {
    const node = found(id);
    return node ? titleOf(node, t) : id;
  };
  const called = (code: Channel) => t(`app:channel.${code}`);
  const { place, at, step, steps, port, channel, other, ...words } = params;
  const node = found(step);
  return {
    ...words,
    ...(at !== undefined && { at: title(at) }),
    ...(step !== undefined && { step: title(step) }),
    ...(steps && { steps: steps.map(title).join('”, “') }),
    ...(port !== undefined && { port: node ? portLabel(node, port, t) : port }),
    ...(channel && { channel: called(channel) }),
    ...(other && { other: called(other) }),
  };
}

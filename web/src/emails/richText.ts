import type { JSONContent } from '@tiptap/core';
import type { RichNode } from './model';

type Mark = NonNullable<RichNode['marks']>[number];

/** Our tree as tiptap's JSON. */
export function toTiptap(node: RichNode): JSONContent {
  const attrs: Record<string, unknown> = {};
  if (node.level != null) attrs.level = node.level;
  if (node.align != null) attrs.align = node.align;
  if (node.type === 'token') Object.assign(attrs, { name: node.name, fallback: node.fallback ?? '' });
  return {
    type: node.type,
    ...(Object.keys(attrs).length > 0 && { attrs }),
    ...(node.content?.length && { content: node.content.map(toTiptap) }),
    ...(node.text != null && { text: node.text }),
    ...(node.marks?.length && { marks: node.marks.map(toMark) }),
  };
}

function toMark({ type, href, color }: Mark) {
  return { type, ...(href != null && { attrs: { href } }), ...(color != null && { attrs: { color } }) };
}

/** tiptap's JSON as our tree; what the schema has no name for is left out. */
export function fromTiptap(json: JSONContent): RichNode {
  const { level, align, name, fallback } = json.attrs ?? {};
  return {
    type: json.type as RichNode['type'],
    content: (json.content ?? []).map(fromTiptap),
    text: json.text ?? null,
    marks: (json.marks ?? []).map(({ type, attrs }) => ({
      type: type as Mark['type'],
      href: type === 'link' ? (attrs?.href ?? '') : null,
      color: type === 'color' ? (attrs?.color ?? null) : null,
    })),
    level: json.type === 'heading' ? (level ?? 1) : null,
    align: align ?? null,
    name: json.type === 'token' ? name : null,
    fallback: json.type === 'token' ? (fallback ?? '') : '',
  };
}

/** The words of a text, for labels and for the outline. */
export function wordsOf(node: RichNode): string {
  if (node.text != null) return node.text;
  if (node.type === 'token') return `{${node.name}}`;
  return (node.content ?? []).map(wordsOf).join(node.type === 'doc' ? ' ' : '');
}

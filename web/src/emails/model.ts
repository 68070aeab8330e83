import type { Schemas } from '@/api/types';

type Lists<T, K extends keyof T, I> = Omit<T, K> & Record<K, I[]>;

/** As the API reads and writes them; what it always fills in is never missing here. */
export type Block = NonNullable<Schemas['LayoutColumn']['blocks']>[number];
export type Column = Lists<Schemas['LayoutColumn'], 'blocks', Block>;
export type Row = Lists<Schemas['LayoutRow'], 'columns', Column>;
export type EmailDocument = Lists<Schemas['EmailDocument'], 'rows', Row>;
export type BlockKind = Block['type'];
export type BlockOf<K extends BlockKind> = Extract<Block, { type: K }>;
export type RichNode = Schemas['RichNode'];
export type Visibility = Schemas['Visibility'];

export const KINDS: BlockKind[] = [
  'text',
  'image',
  'button',
  'products',
  'coupon',
  'survey',
  'logo',
  'social',
  'divider',
  'spacer',
  'html',
  'footer',
];
export const LAYOUTS: number[][] = [[100], [50, 50], [33, 34, 33], [40, 60], [60, 40], [25, 25, 25, 25]];

const newId = (kind: string) => `${kind}${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`;

const paragraph = (text: string) => ({
  type: 'doc',
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});

/** A block to begin with; `words` are what a text and a button say. */
export function newBlock(type: BlockKind, words: { text: string; button: string }): Block {
  const look = { id: newId('b'), hide_on: null, padding_x: 24, padding_y: 10, show_if: null };
  const own: Record<BlockKind, object> = {
    text: { text: paragraph(words.text), align: 'start', color: 'text', size: 'normal' },
    image: { src: '', alt: '', decorative: false, link: '', width: null, radius: 0, align: 'center' },
    button: {
      label: words.button,
      link: '',
      background: 'primary',
      color: 'on_primary',
      radius: null,
      full_width: false,
      align: 'center',
    },
    products: { source: 'recommended', title: '', most: 3, columns: 3, show_price: true, button: '', chosen: [] },
    coupon: { prefix: 'WELCOME', title: '', note: '' },
    survey: {
      survey: 'nps',
      question: '',
      kind: 'nps',
      low: '',
      high: '',
      yes: 'Yes',
      no: 'No',
      button: 'Answer',
    },
    logo: { align: 'center' },
    social: { links: null, align: 'center' },
    divider: { color: 'page', thickness: 1 },
    spacer: { height: 24 },
    html: { html: '' },
    footer: { text: null, unsubscribe: 'Unsubscribe', preferences: 'Preferences' },
  };
  return { ...look, type, ...own[type] } as Block;
}

export function newRow(widths: number[], blocks: Block[] = []): Row {
  const columns = widths.map((width, place) => ({
    id: newId('c'),
    width,
    vertical: 'top',
    blocks: place === 0 ? blocks : [],
  }));
  return {
    id: newId('r'),
    columns,
    background: 'panel',
    padding_y: 10,
    stack: true,
    show_if: null,
    hide_on: null,
  } as Row;
}

export function emptyDocument(language: string): EmailDocument {
  return { version: 1, language, background: 'page', rows: [] };
}

/** Where a block stands: indices of its row, its column and itself. */
export type Place = [row: number, column: number, block: number];

export function placeOf(document: EmailDocument, id: string): Place | null {
  for (const [row, { columns }] of document.rows.entries())
    for (const [column, { blocks }] of columns.entries()) {
      const block = blocks.findIndex((each) => each.id === id);
      if (block >= 0) return [row, column, block];
    }
  return null;
}

export function blockAt(document: EmailDocument, [row, column, block]: Place): Block | undefined {
  return document.rows[row]?.columns[column]?.blocks[block];
}

function withBlocks(document: EmailDocument, row: number, column: number, change: (blocks: Block[]) => Block[]) {
  const rows = document.rows.map((each, at) =>
    at !== row
      ? each
      : {
          ...each,
          columns: each.columns.map((one, place) => (place === column ? { ...one, blocks: change(one.blocks) } : one)),
        },
  );
  return { ...document, rows };
}

export function putBlock(document: EmailDocument, block: Block): EmailDocument {
  const place = placeOf(document, block.id);
  if (!place) return document;
  return withBlocks(document, place[0], place[1], (blocks) =>
    blocks.map((each) => (each.id === block.id ? block : each)),
  );
}

export function removeBlock(document: EmailDocument, id: string): EmailDocument {
  const place = placeOf(document, id);
  if (!place) return document;
  return withBlocks(document, place[0], place[1], (blocks) => blocks.filter((each) => each.id !== id));
}

export function insertBlock(document: EmailDocument, block: Block, [row, column, at]: Place): EmailDocument {
  return withBlocks(document, row, column, (blocks) => [...blocks.slice(0, at), block, ...blocks.slice(at)]);
}

/** The block to the place where the other one stands, which makes room. */
export function moveTo(document: EmailDocument, id: string, over: string): EmailDocument {
  const from = placeOf(document, id);
  const block = from && blockAt(document, from);
  if (!block || id === over) return document;
  const without = removeBlock(document, id);
  const target = placeOf(document, over);
  if (target) return insertBlock(without, block, target);
  const row = without.rows.findIndex(({ columns }) => columns.some((column) => column.id === over));
  const column = without.rows[row]?.columns.findIndex((each) => each.id === over) ?? -1;
  const end = without.rows[row]?.columns[column]?.blocks.length;
  return end === undefined ? document : insertBlock(without, block, [row, column, end]);
}

/** One place up or down; past the edge of its column, into the next column or row. */
export function step(document: EmailDocument, id: string, by: 1 | -1): EmailDocument {
  const place = placeOf(document, id);
  const block = place && blockAt(document, place);
  if (!place || !block) return document;
  const [row, column, at] = place;
  const blocks = document.rows[row]?.columns[column]?.blocks ?? [];
  const without = removeBlock(document, id);
  if (at + by >= 0 && at + by < blocks.length) return insertBlock(without, block, [row, column, at + by]);
  const columns = document.rows.flatMap((each, r) => each.columns.map((_, c) => [r, c] as const));
  const next = columns[columns.findIndex(([r, c]) => r === row && c === column) + by];
  if (!next) return document;
  const end = document.rows[next[0]]?.columns[next[1]]?.blocks.length ?? 0;
  return insertBlock(without, block, [next[0], next[1], by > 0 ? 0 : end]);
}

export function copyBlock(document: EmailDocument, id: string): [EmailDocument, string] {
  const place = placeOf(document, id);
  const block = place && blockAt(document, place);
  if (!place || !block) return [document, id];
  const copy = { ...block, id: newId('b') };
  return [insertBlock(document, copy, [place[0], place[1], place[2] + 1]), copy.id];
}

export function putRow(document: EmailDocument, row: Row): EmailDocument {
  return { ...document, rows: document.rows.map((each) => (each.id === row.id ? row : each)) };
}

export function insertRow(document: EmailDocument, row: Row, at: number): EmailDocument {
  return { ...document, rows: [...document.rows.slice(0, at), row, ...document.rows.slice(at)] };
}

export function removeRow(document: EmailDocument, id: string): EmailDocument {
  return { ...document, rows: document.rows.filter((row) => row.id !== id) };
}

export function stepRow(document: EmailDocument, id: string, by: 1 | -1): EmailDocument {
  const at = document.rows.findIndex((row) => row.id === id);
  const row = document.rows[at];
  if (!row || at + by < 0 || at + by >= document.rows.length) return document;
  return insertRow(removeRow(document, id), row, at + by);
}

/** The row with ids that no document has yet. */
export function freshRow(row: Row): Row {
  const columns = row.columns.map((column) => ({
    ...column,
    id: newId('c'),
    blocks: column.blocks.map((block) => ({ ...block, id: newId('b') })),
  }));
  return { ...row, id: newId('r'), columns };
}

import {
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useDroppable,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ActionIcon, Group } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSettings, IconTrash } from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BlockView, colorOf, type Kit } from './BlockView';
import { type Block, type Column, type EmailDocument, moveTo, type Row, removeRow, stepRow } from './model';

export type Selected = string | null;

type Props = {
  document: EmailDocument;
  kit: Kit;
  size: 'desktop' | 'phone';
  selected: Selected;
  select: (id: Selected) => void;
  change: (document: EmailDocument) => void;
};

/** The e-mail itself: blocks are chosen with a click or Tab, moved with the mouse, or with Alt and the arrow keys. */
export function Canvas(props: Props) {
  const { t } = useTranslation('emails');
  const { document, kit, size, change } = props;
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 6 } }),
    useSensor(KeyboardSensor, {
      coordinateGetter: sortableKeyboardCoordinates,
      keyboardCodes: { start: ['Space'], cancel: ['Escape'], end: ['Space'] },
    }),
  );
  function dropped({ active, over }: DragEndEvent) {
    if (over) change(moveTo(document, String(active.id), String(over.id)));
  }
  return (
    <DndContext sensors={sensors} onDragEnd={dropped}>
      <section
        className="email-page"
        data-size={size}
        aria-label={t('canvas')}
        lang={document.language}
        style={{ background: colorOf(kit, document.background) }}
      >
        {document.rows.length === 0 && <div className="email-empty">{t('empty')}</div>}
        {document.rows.map((row, at) => (
          <RowView key={row.id} {...props} row={row} at={at} />
        ))}
      </section>
    </DndContext>
  );
}

function RowView({ row, at, ...props }: Props & { row: Row; at: number }) {
  const { t } = useTranslation('emails');
  const { document, kit, select, change } = props;
  const named = { row: at + 1 };
  return (
    <section className="email-frame" aria-label={t('row', named)} style={{ background: colorOf(kit, row.background) }}>
      <Group gap={2} className="email-rowbar">
        <RowButton label={t('rowUp', named)} press={() => change(stepRow(document, row.id, -1))}>
          <IconArrowUp size={14} />
        </RowButton>
        <RowButton label={t('rowDown', named)} press={() => change(stepRow(document, row.id, 1))}>
          <IconArrowDown size={14} />
        </RowButton>
        <RowButton label={t('rowSettings', named)} press={() => select(row.id)}>
          <IconSettings size={14} />
        </RowButton>
        <RowButton label={t('rowDelete', named)} press={() => change(removeRow(document, row.id))}>
          <IconTrash size={14} />
        </RowButton>
      </Group>
      <div className="email-row" data-stack={row.stack} style={{ paddingBlock: row.padding_y }}>
        {row.columns.map((column) => (
          <ColumnView key={column.id} {...props} column={column} />
        ))}
      </div>
    </section>
  );
}

function RowButton({ label, press, children }: { label: string; press: () => void; children: ReactNode }) {
  return (
    <ActionIcon size="sm" variant="default" aria-label={label} title={label} onClick={press}>
      {children}
    </ActionIcon>
  );
}

function ColumnView({ column, ...props }: Props & { column: Column }) {
  const { t } = useTranslation('emails');
  const { setNodeRef, isOver } = useDroppable({ id: column.id });
  return (
    <div
      ref={setNodeRef}
      className="email-column"
      data-over={isOver}
      style={{ '--email-width': `${column.width}%` } as CSSProperties}
    >
      <SortableContext items={column.blocks.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
        {column.blocks.map((block) => (
          <BlockFrame key={block.id} {...props} block={block} />
        ))}
      </SortableContext>
      {column.blocks.length === 0 && (
        <button type="button" className="email-empty email-block" onClick={() => props.select(column.id)}>
          {t('emptyColumn')}
        </button>
      )}
    </div>
  );
}

function BlockFrame({ block, kit, selected, select }: Props & { block: Block }) {
  const { t } = useTranslation('emails');
  const { attributes, listeners, setNodeRef, transform, transition } = useSortable({ id: block.id });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the focus chooses it too
    // biome-ignore lint/a11y/useSemanticElements: a block holds headings and lists, which a button can't
    <div
      ref={setNodeRef}
      {...attributes}
      {...listeners}
      className="email-block"
      role="button"
      tabIndex={0}
      data-block={block.id}
      data-selected={selected === block.id}
      aria-pressed={selected === block.id}
      aria-label={t(`kind.${block.type}`)}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      onClick={() => select(block.id)}
      onFocus={() => select(block.id)}
    >
      <BlockView block={block} kit={kit} />
    </div>
  );
}

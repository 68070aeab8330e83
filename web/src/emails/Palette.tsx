import { Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import * as model from './model';

type Props = {
  document: model.EmailDocument;
  selected: string | null;
  select: (id: string | null) => void;
  change: (document: model.EmailDocument) => void;
};

/** What can be added: below the chosen block, else at the end. */
export function Palette({ document, selected, select, change }: Props) {
  const { t } = useTranslation('emails');
  function add(kind: model.BlockKind) {
    const block = model.newBlock(kind, { text: t('newText'), button: t('newButton') });
    const words =
      kind === 'footer' ? { ...block, unsubscribe: t('unsubscribe'), preferences: t('preferencesWord') } : block;
    change(placed(document, words as model.Block, selected));
    select(block.id);
  }
  function addRow(widths: number[]) {
    const row = model.newRow(widths);
    const at = rowOf(document, selected);
    change(model.insertRow(document, row, at < 0 ? document.rows.length : at + 1));
    select(row.columns[0]?.id ?? row.id);
  }
  return (
    <nav className="email-side" aria-label={t('palette')}>
      <Stack gap={6}>
        <Text size="sm" fw={600}>
          {t('blocks')}
        </Text>
        {model.KINDS.map((kind) => (
          <Button key={kind} size="xs" variant="default" justify="flex-start" onClick={() => add(kind)}>
            {t(`kind.${kind}`)}
          </Button>
        ))}
        <Text size="sm" fw={600} mt="xs">
          {t('rows')}
        </Text>
        {model.LAYOUTS.map((widths) => (
          <Button key={widths.join()} size="xs" variant="default" justify="flex-start" onClick={() => addRow(widths)}>
            {widths.length === 1 ? t('oneColumn') : widths.join(' / ')}
          </Button>
        ))}
      </Stack>
    </nav>
  );
}

function rowOf(document: model.EmailDocument, id: string | null): number {
  return document.rows.findIndex(
    (row) =>
      row.id === id || row.columns.some((column) => column.id === id || column.blocks.some((block) => block.id === id)),
  );
}

function placed(document: model.EmailDocument, block: model.Block, selected: string | null): model.EmailDocument {
  const place = selected ? model.placeOf(document, selected) : null;
  if (place) return model.insertBlock(document, block, [place[0], place[1], place[2] + 1]);
  const row = rowOf(document, selected);
  const column = document.rows[row]?.columns.findIndex(({ id }) => id === selected) ?? -1;
  if (row >= 0) {
    const to = Math.max(column, 0);
    return model.insertBlock(document, block, [row, to, document.rows[row]?.columns[to]?.blocks.length ?? 0]);
  }
  return model.insertRow(document, model.newRow([100], [block]), document.rows.length);
}

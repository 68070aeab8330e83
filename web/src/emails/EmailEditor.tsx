import { Button, Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { ContentOf } from '@/api/types';
import Preview from '@/builder/content/Preview';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import type { Kit } from './BlockView';
import { Canvas } from './Canvas';
import './emails.css';
import { useHistory } from './history';
import { BlockForm, RowForm } from './Inspector';
import * as model from './model';
import { Palette } from './Palette';
import { Source } from './Source';

type Email = ContentOf<'email'>;
type Props = { content: Email; onChange: (content: Email) => void; close: () => void };
type View = 'desktop' | 'phone' | 'preview' | 'source';

const VIEWS: View[] = ['desktop', 'phone', 'preview', 'source'];

/** The e-mail editor, over the whole window. What is changed here is changed in the content at once. */
export default function EmailEditor({ content, onChange, close }: Props) {
  const { t } = useTranslation('emails');
  const kit = useQuery({ queryKey: ['brand-kit'], queryFn: () => take(api.GET('/brand-kit')) });
  return (
    <Modal
      opened
      fullScreen
      onClose={close}
      title={content.subject || t('title')}
      closeOnEscape={false}
      styles={{ body: { height: 'calc(100dvh - 60px)' }, content: { display: 'flex', flexDirection: 'column' } }}
    >
      {kit.error && <Problem error={kit.error} />}
      {kit.isPending && <Loading />}
      {kit.data && <Editing content={content} onChange={onChange} close={close} kit={kit.data.kit} />}
    </Modal>
  );
}

function Editing({ content, onChange, close, kit }: Props & { kit: Kit }) {
  const { t, i18n } = useTranslation('emails');
  const document = (content.document as model.EmailDocument | null) ?? model.emptyDocument(i18n.language);
  const history = useHistory(document, (next) => onChange({ ...content, document: next }));
  const [selected, select] = useState<string | null>(null);
  const [view, setView] = useState<View>('desktop');
  const pressed = useKeys(document, selected, select, history);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of what has the focus inside
    <div onKeyDown={pressed} style={{ height: '100%', display: 'flex', flexDirection: 'column', gap: 8 }}>
      <Group justify="space-between">
        <Group gap="xs">
          <Button size="xs" variant="default" disabled={!history.canUndo} onClick={history.undo}>
            {t('undo')}
          </Button>
          <Button size="xs" variant="default" disabled={!history.canRedo} onClick={history.redo}>
            {t('redo')}
          </Button>
        </Group>
        <SegmentedControl
          size="xs"
          aria-label={t('view')}
          data={VIEWS.map((value) => ({ value, label: t(`views.${value}`) }))}
          value={view}
          onChange={(next) => setView(next as View)}
        />
        <Button size="xs" onClick={close}>
          {t('done')}
        </Button>
      </Group>
      {view === 'source' && <Source document={document} />}
      {view === 'preview' && (
        <div className="email-desk" style={{ flex: 1 }}>
          <Stack maw={700} mx="auto">
            <Preview content={content} />
          </Stack>
        </div>
      )}
      {(view === 'desktop' || view === 'phone') && (
        <div className="email-editor" style={{ flex: 1, minHeight: 0 }}>
          <Palette document={document} selected={selected} select={select} change={history.change} />
          <div className="email-desk">
            <Canvas
              document={document}
              kit={kit}
              size={view}
              selected={selected}
              select={select}
              change={history.change}
            />
          </div>
          <aside className="email-side" aria-label={t('settings')}>
            <Chosen document={document} kit={kit} selected={selected} select={select} change={history.change} />
          </aside>
        </div>
      )}
    </div>
  );
}

type ChosenProps = {
  document: model.EmailDocument;
  kit: Kit;
  selected: string | null;
  select: (id: string | null) => void;
  change: (document: model.EmailDocument) => void;
};

function Chosen({ document, kit, selected, select, change }: ChosenProps) {
  const { t } = useTranslation('emails');
  const place = selected ? model.placeOf(document, selected) : null;
  const block = place && model.blockAt(document, place);
  const row = document.rows.find(({ id }) => id === selected);
  if (row) return <RowForm row={row} kit={kit} onChange={(next) => change(model.putRow(document, next))} />;
  if (!block) return <Text c="dimmed">{t('nothingChosen')}</Text>;
  return (
    <Stack>
      <BlockForm key={block.id} block={block} kit={kit} onChange={(next) => change(model.putBlock(document, next))} />
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => change(model.step(document, block.id, -1))}>
          {t('moveUp')}
        </Button>
        <Button size="xs" variant="default" onClick={() => change(model.step(document, block.id, 1))}>
          {t('moveDown')}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            const [next, id] = model.copyBlock(document, block.id);
            change(next);
            select(id);
          }}
        >
          {t('copy')}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            change(model.removeBlock(document, block.id));
            select(null);
          }}
        >
          {t('remove')}
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {t('keys')}
      </Text>
    </Stack>
  );
}

type Keys = Pick<ReturnType<typeof useHistory>, 'change' | 'undo' | 'redo'>;

/** Alt and arrows move the chosen block, Delete removes it, Ctrl+Z and Ctrl+Shift+Z undo and redo. */
function useKeys(
  document: model.EmailDocument,
  selected: string | null,
  select: (id: string | null) => void,
  { change, undo, redo }: Keys,
) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    if (target.isContentEditable || ['INPUT', 'TEXTAREA'].includes(target.tagName)) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      if (event.shiftKey) redo();
      else undo();
    } else if (selected && event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      change(model.step(document, selected, event.key === 'ArrowUp' ? -1 : 1));
    } else if (selected && event.key === 'Delete' && target.dataset.block === selected) {
      change(model.removeBlock(document, selected));
      select(null);
    }
  };
}

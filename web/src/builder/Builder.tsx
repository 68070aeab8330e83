import { notifications } from '@mantine/notifications';
import { ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign, FlowNode } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { defaultPlace, stick, tidyUp } from './actions';
import { keepSaved } from './autosave';
import { Canvas } from './Canvas';
import { Add } from './dialogs/Add';
import { FirstStep } from './FirstStep';
import { useWayBack } from './focus';
import { Later } from './Later';
import { Conflict, Inspector, Keys, loadParts, Problems, Publish, SettingsPanel, Versions, WalkPanel } from './parts';
import type { Planned } from './plan';
import { useShortcuts } from './shortcuts';
import { EditorContext, type EditorStore, useEditor, useEditorStore, useSelectedNode } from './store';
import { type DialogName, Toolbar } from './Toolbar';
import { useAddAll } from './useAddAll';
import { firstView } from './view';
import { keepCurrent } from './watching';

/** The campaign builder over an editor's store. */
export function Builder({ campaign, store }: { campaign: Campaign; store: EditorStore }) {
  const { t } = useTranslation('builder');
  useEffect(() => keepSaved(store), [store]);
  useEffect(loadParts, []);
  useEffect(() => keepCurrent(store, () => notifications.show({ message: t('conflict.newer') })), [store, t]);
  return (
    <EditorContext value={store}>
      <ReactFlowProvider>
        <Desk campaign={campaign} />
      </ReactFlowProvider>
    </EditorContext>
  );
}

const FIT = { padding: 0.15, maxZoom: 1, duration: 250 };

function Desk({ campaign }: { campaign: Campaign }) {
  const store = useEditorStore();
  const reviewing = useEditor((editor) => editor.panel === 'problems');
  const direction = useEditor((editor) => editor.direction);
  const conflict = useEditor((editor) => editor.theirs !== null);
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const close = useCallback(() => setDialog(null), []);
  const { fitView, getNodes, screenToFlowPosition, setCenter, setViewport } = useReactFlow();
  const tidy = useCallback(async () => {
    const sizes = new Map(getNodes().map((node) => [node.id, { width: 264, height: 90, ...node.measured }]));
    await tidyUp(store, sizes);
    setTimeout(() => {
      const frame = document.querySelector('.builder-frame');
      void setViewport(firstView(store.getState().history.present, direction, frame), { duration: 250 });
    }, 50);
  }, [store, getNodes, setViewport, direction]);
  const extra = useMemo(
    () => ({
      tidy: () => void tidy(),
      addHere: () => setDialog('add'),
      help: () => setDialog('keys'),
      note: () => {
        const canvas = document.querySelector('.builder-canvas')?.getBoundingClientRect();
        if (canvas) stick(store, screenToFlowPosition({ x: canvas.x + 60, y: canvas.y + 60 }));
      },
      fit: () => void fitView(FIT),
    }),
    [tidy, fitView, screenToFlowPosition, store],
  );
  useShortcuts(store, extra);
  useWayBack(store);
  const addAll = useAddAll();
  const choose = (steps: Planned[]) => {
    close();
    addAll(steps, defaultPlace(store));
  };
  const go = (node: FlowNode) => {
    close();
    store.getState().select([node.id], 'node');
    const { x, y } = node.position ?? { x: 0, y: 0 };
    void setCenter(x + 132, y + 45, { zoom: 1, duration: 250 });
  };
  return (
    <div className="builder" data-reviewing={reviewing}>
      <Toolbar campaign={campaign} open={setDialog} tidy={extra.tidy} note={extra.note} />
      <div className="builder-body">
        <div className="builder-canvas">
          <Canvas />
          <FirstStep />
        </div>
        <Side />
      </div>
      <Add opened={dialog === 'add'} close={close} choose={choose} go={go} />
      <Later wanted={dialog === 'keys'}>
        <Keys opened={dialog === 'keys'} close={close} />
      </Later>
      <Later wanted={dialog === 'versions'}>
        <Versions opened={dialog === 'versions'} close={close} />
      </Later>
      <Later wanted={dialog === 'publish'}>
        <Publish opened={dialog === 'publish'} close={close} campaign={campaign} />
      </Later>
      <Later wanted={conflict}>
        <Conflict campaign={campaign} />
      </Later>
    </div>
  );
}

function Side() {
  const { t } = useTranslation('builder');
  const panel = useEditor((editor) => editor.panel);
  const node = useSelectedNode();
  const shown =
    panel === 'settings' ? (
      <SettingsPanel />
    ) : panel === 'walk' ? (
      <WalkPanel />
    ) : panel === 'problems' ? (
      <Problems />
    ) : panel === 'node' && node ? (
      <Inspector node={node} />
    ) : null;
  return (
    shown && (
      <aside className="builder-panel" aria-label={t('panel')} tabIndex={-1}>
        <Suspense fallback={<Loading />}>{shown}</Suspense>
      </aside>
    )
  );
}

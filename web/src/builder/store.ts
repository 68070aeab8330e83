import { createContext, useContext, useSyncExternalStore } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import type { Campaign, Flow, FlowNode, Violation } from '@/api/types';
import { keepCollapsed, keptCollapsed, opened } from './graph/collapse';
import { arranged, chosenDirection, type Direction, keepDirection } from './graph/direction';
import { begin, type History, record, redo, undo } from './graph/history';

export type Saving = 'saved' | 'unsaved' | 'saving' | 'invalid' | 'offline' | 'conflict';
export type Panel = 'node' | 'settings' | 'problems' | 'walk' | null;

export type Editor = {
  slug: string;
  readOnly: boolean;
  /** The draft as the server has it, and its revision. */
  saved: Flow;
  revision: number;
  history: History<Flow>;
  /** Ids of the selected nodes and edges. */
  selected: ReadonlySet<string>;
  panel: Panel;
  direction: Direction;
  /** Ids of the edges whose branches are put away. */
  collapsed: ReadonlySet<string>;
  /** Ids of the nodes and edges that the rehearsed customer went over; empty while nobody is walked. */
  walked: ReadonlySet<string>;
  saving: Saving;
  problems: Violation[];
  /** What somebody else saved meanwhile. */
  theirs: { flow: Flow; revision: number } | null;
  /** Makes an edit. Edits of one `key` in a row are undone together. */
  edit: (change: (flow: Flow) => Flow, key?: string) => void;
  undo: () => void;
  redo: () => void;
  select: (ids: Iterable<string>, panel?: Panel) => void;
  show: (panel: Panel) => void;
  mark: (walked: ReadonlySet<string>) => void;
  turn: (direction: Direction) => void;
  /** Puts the branch behind an edge away, or shows it again. */
  collapse: (edge: string, away: boolean) => void;
};

/** One and the same, so that nothing is drawn again for it. */
export const NOTHING: ReadonlySet<string> = new Set();

export type EditorStore = StoreApi<Editor>;

export function createEditor(campaign: Campaign, draft: Flow, readOnly: boolean): EditorStore {
  return createStore<Editor>((set) => ({
    slug: campaign.slug,
    readOnly,
    saved: draft,
    revision: campaign.revision,
    history: begin(draft),
    selected: new Set(),
    panel: null,
    direction: chosenDirection(),
    collapsed: keptCollapsed(campaign.slug),
    walked: NOTHING,
    saving: 'saved',
    problems: [],
    theirs: null,
    edit: (change, key) =>
      set((now) => (now.readOnly ? now : { history: record(now.history, change(now.history.present), key ?? null) })),
    undo: () => set((now) => ({ history: undo(now.history) })),
    redo: () => set((now) => ({ history: redo(now.history) })),
    select: (ids, panel) =>
      set((now) => {
        const selected = new Set(ids);
        // what is chosen is seen
        const collapsed = opened(now.history.present, now.collapsed, selected);
        return { selected, collapsed, panel: panel === undefined ? now.panel : panel };
      }),
    show: (panel) => set({ panel }),
    mark: (walked) => set({ walked }),
    collapse: (edge, away) =>
      set((now) => {
        const collapsed = new Set(now.collapsed);
        if (away) collapsed.add(edge);
        else collapsed.delete(edge);
        keepCollapsed(now.slug, collapsed);
        return { collapsed };
      }),
    turn: (direction) => {
      keepDirection(direction);
      set((now) => ({ direction, history: record(now.history, arranged(now.history.present, direction), null) }));
    },
  }));
}

export const EditorContext = createContext<EditorStore | null>(null);

export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext);
  if (!store) throw new Error('not inside an editor');
  return store;
}

export function useEditor<T>(select: (editor: Editor) => T): T {
  return useStore(useEditorStore(), select);
}

/** The steps of the drawing; none where a condition is edited outside of one. */
export function useNodes(): FlowNode[] {
  const store = useContext(EditorContext);
  return useSyncExternalStore(store?.subscribe ?? NEVER, () => store?.getState().history.present.nodes ?? NO_NODES);
}

const NO_NODES: FlowNode[] = [];
const NEVER = () => () => undefined;

export const useFlow = () => useEditor((editor) => editor.history.present);

/** The one node that is selected, if exactly one is. */
export function useSelectedNode() {
  return useEditor(({ history, selected }) =>
    selected.size === 1 ? history.present.nodes.find((node) => selected.has(node.id)) : undefined,
  );
}
